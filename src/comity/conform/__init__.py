"""The conformance kit: a scripted peer that a stranger runs against a live node in exercise mode.

Reading order: `model` (probes and results), `folder` (the peer's keys), `ownlog`, `letters`,
`wire`, `peer`, `endpoint`, `bench` (all of them for one run), `expectations`, `probes`, `run`;
`sending` is the reverse mode, `verifier` runs the vectors of the court bundle; `report` writes.
"""
