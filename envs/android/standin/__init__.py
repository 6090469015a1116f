"""A phone that is not there: the device side of ADB, a shell, and a screen drawn by Chromium."""
