"""Tests of evals.function_calling."""
