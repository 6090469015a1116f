"""How a model family writes function calls: one module a family."""
