"""An officer's own program: it talks to the officer's node and signs on the officer's machine.

Reading order: `api` (the node's REST API), `api` (handing in a package of any size),
`approving` (what an officer's key signs, checked here).
"""
