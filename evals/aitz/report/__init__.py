"""The page that shows what was predicted and how each rule-set judged it."""
