"""A stand-in for AI2-THOR 5.0's Unity player that speaks its wire protocol: no graphics driver, no download."""
