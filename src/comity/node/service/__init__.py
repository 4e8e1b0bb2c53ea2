"""The handle of a running node.

Reading order: `handle`.
"""
