"""The log of a node: what keeps it going on where it was."""
