"""The conformance kit: a scripted peer that a stranger runs against a live node in exercise mode.

Reading order: `model` (probes and results), `folder` (the peer's keys), `ownlog`, `letters`,
`wire`, `peer`, `endpoint`, `operator` (who makes the node send), `bench` (all of them for one
run), `expectations`, `node_messages`, `outbox_client`, `offers`, `probes`, `run`; `verifier` runs
the vectors of the court bundle; `report` and `page` write what came of it.
"""
