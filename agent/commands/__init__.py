"""The commands of the command line that stand in no other package."""
