"""Pages of evidence and of sensitive material.

Reading order: `forms`, `hand_in`, `inspections`, `listing`, `unclaimed`, `exhibit`,
`originals`, `actions`, `marks`, `destroying`, `urls`.
"""
