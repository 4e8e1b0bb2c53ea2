"""The office's own book of its acts: checked, shown, recorded by pages and API.

Reading order: `labels`, `schemas`, `translation_jobs`, `verify`, `api`, `api_translations`,
`entry_rows`. Packages: `pages`.
"""
