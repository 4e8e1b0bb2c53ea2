"""Pages of the operator and of the office as a whole.

Reading order: `office`. Packages: `backups`, `echo`, `settings`.
"""
