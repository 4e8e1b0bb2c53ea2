"""The REST API under ``/api/v1``: what the pages do, for programs.

Reading order: `guard` (who may), `faults` (errors), `shapes` (what goes over the wire), `cases`,
`drafts`, `office`, `packages`; `site` puts them together.
"""
