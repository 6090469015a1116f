"""Predictions, read from the files of this project and of others."""
