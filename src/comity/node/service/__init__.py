"""The handle of a running node, and what is known of the way by which partners reach it.

Reading order: `handle`, `reached`, `connection`.
"""
