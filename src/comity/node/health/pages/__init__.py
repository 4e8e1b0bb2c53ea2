"""The page that says in plain words how the node is.

Reading order: `views`.
"""
