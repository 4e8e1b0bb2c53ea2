"""The page of settings: what is set, where, and by whom.

Reading order: `labels`, `views`, `urls`.
"""
