"""Benchmarks: each plays episodes through the one loop and scores their records."""
