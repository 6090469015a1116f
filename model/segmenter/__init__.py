"""Segment Anything, and what stands in for it: a picture and a point or a box to a mask."""
