"""The file of a case: the page that shows all that an office has of it.

Reading order: `sidebar`. Packages: `pages`.
"""
