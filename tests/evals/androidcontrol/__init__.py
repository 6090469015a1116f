"""Tests of evals.androidcontrol."""
