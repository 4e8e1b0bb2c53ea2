"""Authorities of the world as this office knows them: `listing` from `reach`, and `file`."""
