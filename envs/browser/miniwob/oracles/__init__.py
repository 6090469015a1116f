"""What the best next action is, read from the DOM of a MiniWoB++ page."""
