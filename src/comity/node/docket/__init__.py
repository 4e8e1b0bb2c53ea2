"""The office's own book of its acts: checked, shown, recorded by pages and API.

Reading order: `labels`, `schemas`, `translation_jobs`, `verify`, `entry_rows`, `item_values`,
`job_values`, `rights_standing`, `actions`, `item_page`, `api`, `api_translations`, `record`.
Packages: `pages`.
"""
