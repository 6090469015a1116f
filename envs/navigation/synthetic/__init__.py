"""Buildings drawn from a seed, in the format of the true graphs."""
