"""Tests of evals.screenspot."""
