"""The conformance kit: a scripted peer that a stranger runs against a live node in exercise mode.

Reading order: `model` (probes and results), `folder` (the peer's keys), `peer`, `letters`,
`wire`, `peer`, `endpoint`, `operator` (who makes the node send), `operator` (who brings exchange
files), `bench` (all of them for one run), `acquaintance` (what is asked first), `expectations`,
`offers`, `probes`, `run`; `verifier` runs the vectors of the
court bundle; `tally` judges a run as a whole, `leavings` says what it leaves at the node, and
`report` and `report` write what came of it.
"""
