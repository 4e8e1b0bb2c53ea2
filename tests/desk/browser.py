"""A real browser for the pages."""
