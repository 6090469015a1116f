"""NumberLine, Blackjack, EZPoints and Points24 drawn in pixels, after RL4VLM (arXiv 2405.10292)."""
