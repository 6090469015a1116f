"""MiniWoB++: 128 small pages, scored by their own reward."""
