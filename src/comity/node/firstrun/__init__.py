"""First-run set-up in the browser of the node's own machine (ADR 0047).

Read in this order: `door` (who may come in), `progress` (where a set-up stands), `making` (the
node's folder), `partners`, `serving`, `views`.
"""
