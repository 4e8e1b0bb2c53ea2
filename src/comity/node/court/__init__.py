"""Court."""
