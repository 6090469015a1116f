"""Worlds of one answer, and what their sets are read with."""
