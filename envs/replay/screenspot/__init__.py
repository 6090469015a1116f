"""ScreenSpot, v2 and Pro: an instruction, a screen, and the box of what is meant."""
