"""Pages of evidence and of sensitive material.

Reading order: `forms`, `hand_in`, `inspections`, `listing`, `originals`, `unclaimed`,
`exhibit`, `marks`, `actions`, `destroying`, `urls`.
"""
