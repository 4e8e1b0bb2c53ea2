"""Setup wizard."""
