"""The page of an evaluation: figures, and every path on a map."""
