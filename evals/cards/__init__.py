"""The four card games: the evaluation, and the curriculum and recipe of the checkpoint that ships."""
