"""Completions: sessions over a model in process, over a scripted list, or over a server."""
