"""The page that finds what is in the register.

Reading order: `views`, `urls`.
"""
