"""The scenes of the generated set, a few a module."""
