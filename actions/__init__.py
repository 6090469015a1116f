"""What can be done: actions, action spaces, function calls and the dialects models write them in."""
