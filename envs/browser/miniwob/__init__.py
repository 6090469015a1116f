"""MiniWoB++ (PyPI `miniwob`, MIT): its pages, played through the browser env."""
