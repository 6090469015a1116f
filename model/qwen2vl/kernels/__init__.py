"""The arithmetic under the network: compiled for this processor where a compiler is found, torch's own elsewhere."""
