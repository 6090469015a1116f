"""The stand-in phone's screen and apps, in a real Chromium."""
