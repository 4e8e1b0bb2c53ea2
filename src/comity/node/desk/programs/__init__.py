"""Access for programs: one's tokens."""
