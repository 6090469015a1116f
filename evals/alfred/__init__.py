"""ALFRED and EB-ALFRED: household tasks from instructions, scored by goal conditions."""
