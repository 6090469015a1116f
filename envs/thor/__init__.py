"""The household: AI2-THOR through its own Controller, and a stand-in for its Unity player."""
