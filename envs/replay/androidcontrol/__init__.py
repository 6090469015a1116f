"""AndroidControl: recorded steps on real phones, each a world of one answer."""
