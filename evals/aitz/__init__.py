"""Android-in-the-Zoo, replayed and scored by named rule-sets."""
