"""Case file."""
