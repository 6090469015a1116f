"""Function calling over pictures: items, their functions as an action space, and worlds of one answer."""
