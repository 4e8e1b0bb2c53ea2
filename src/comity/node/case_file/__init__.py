"""The file of a case: the page that shows all that an office has of it.

Reading order: `deadlines`, `listing`, `sidebar`, `timeline`, `course`,
`documents`, `status_steps`. Packages: `pages`.
"""
