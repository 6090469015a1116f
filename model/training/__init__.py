"""Supervised fine-tuning on recorded episodes."""
