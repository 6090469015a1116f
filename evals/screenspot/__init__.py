"""ScreenSpot, v2 and Pro: is the point in the box."""
