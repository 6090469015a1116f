"""A real Chromium as a gymnasium env, and MiniWoB++ in it."""
