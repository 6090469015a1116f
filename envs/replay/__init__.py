"""Recorded episodes as worlds: what offline benchmarks replay."""
