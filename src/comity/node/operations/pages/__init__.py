"""Pages of the operator and of the office as a whole.

Reading order: `outbox_lines`, `office`. Packages: `backups`, `echo`, `settings`.
"""
