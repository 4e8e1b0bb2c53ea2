"""Papers for people: what a courier signs, a bag bears and a court reads first. They prove nothing.

Reading order: `errors`, `words`, `blocks`, `typeset`, then one module for each
paper: `label` (with `qr`), `courier`, `passport`, `cover`; `sign` signs a finished one.
"""
