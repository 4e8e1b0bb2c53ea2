"""Pages of approvals: what waits for whose signature, and who must sign what.

Reading order: `pages`, `urls`.
"""
