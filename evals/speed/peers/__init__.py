"""Other engines that run the same checkpoint, each behind one protocol: what the speed benchmark compares with."""
