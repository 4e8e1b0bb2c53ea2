"""Pages of evidence and of sensitive material.

Reading order: `forms`, `hand_in`, `inspections`, `listing`, `unclaimed`, `download_original`,
`exhibit`, `originals`, `actions`, `marks`, `destroying`, `urls`.
"""
