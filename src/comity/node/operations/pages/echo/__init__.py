"""The page on which a test request to the echo partner is sent again, below the node's health.

Reading order: `views`, `urls`.
"""
