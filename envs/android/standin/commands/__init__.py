"""Android's own commands, answering in Android's formats; one or two programs a file."""
