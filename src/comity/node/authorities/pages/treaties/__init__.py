"""Treaties."""
