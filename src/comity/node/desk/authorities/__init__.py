"""Pages of the directory: every authority we know, and one of them."""
