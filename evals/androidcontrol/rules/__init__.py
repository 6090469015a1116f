"""Rule-sets of AndroidControl: one module each."""
