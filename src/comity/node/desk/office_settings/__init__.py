"""The page of settings: what is set, where, and by whom."""
