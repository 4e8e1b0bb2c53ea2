"""The node: one authority's service, on Django, SQLite and local files.

Reading order of the packages, from the bottom up: `core` (configuration, clock, keys), `models`,
`log` (the durable heart), `people`, `cases`, `messages`, `federation` (towards partners),
`evidence`, `docket`, `watch`, `duty`, `compose` and `case_file` (what officers see first),
`actions` (the table of acts), `operations`; `site` wires them.

`docs/explanation/architecture.md` shows the way of a message, a package and an act through them.
"""
