"""Pages of backups, and of what a restore would lose.

Reading order: `views`, `urls`.
"""
