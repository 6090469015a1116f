"""AndroidWorld, scored by its own judges. Needs an emulator."""
