"""AndroidControl by named rule-sets."""
