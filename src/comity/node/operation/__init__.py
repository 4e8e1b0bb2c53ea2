"""Operating a node: its self-test, its backups from the pages, and the way out of it."""
