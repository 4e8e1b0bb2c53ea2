"""Commands about a node: setting up, health, backups, keys, its log and register."""
