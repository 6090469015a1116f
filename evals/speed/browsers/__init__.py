"""Our browser env beside its peers, and what it costs a step."""
