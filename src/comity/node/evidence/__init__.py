"""Evidence: exhibits and their custody, packages, conditions of use, destruction.

Reading order: `api_uploads`, `custody`, `inputs`, `labels`, `originals`, `answers`, `exhibits`,
`offers`, `reason_form`, `schemas`, `upload_handlers`, `use_limits`, `custody_passport`,
`download_original`, `inspections`, `onward_transfer`, `other_use`, `packages`, `destruction`,
`exhibit_list`, `destruction_orders`, `actions`, `api_exhibits`, `api_packages`, `api_inspections`.
Packages: `pages`, `storage`, `transfer`.
"""
