"""Qwen2-VL in process: weights, vision, positions, cache, session, decoding."""
