"""Pages of the directory: every authority that is known, and one of them.

Reading order: `labels`, `views`, `urls`. Packages: `treaties`.
"""
