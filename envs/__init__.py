"""Worlds: each env is a gymnasium.Env[Observation, Action]; a missing driver is named in the error."""
