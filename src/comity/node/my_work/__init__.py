"""My work: the work items of an officer in sections and by filters, given to officers, exported.

Reading order: `criteria`, `sections`, `saved_filters`, `assign`, `export`, `schemas`, `actions`,
`api`. Packages: `pages`.
"""
