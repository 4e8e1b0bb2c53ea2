"""The office's own book of its acts: checked, shown, recorded by pages and API.

Reading order: `labels`, `record`, `schemas`, `translation_jobs`, `verify`, `api_translations`,
`entry_rows`, `item_values`, `rights_standing`, `api`, `item_page`. Packages: `pages`.
"""
