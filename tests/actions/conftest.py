"""Hypothesis settings for these tests."""

from hypothesis import settings

# A busy machine is not a failure: examples have no time limit.
settings.register_profile("visuomotor", deadline=None)
settings.load_profile("visuomotor")
