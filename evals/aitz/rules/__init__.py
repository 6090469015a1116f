"""Named, versioned rules by which a predicted action equals the recorded one."""
