"""The tasks on the stand-in phone, scored."""
