"""Evidence: exhibits and their custody, packages, conditions of use, destruction.

Reading order: `api_uploads`, `custody`, `inputs`, `labels`, `originals`, `exhibits`, `offers`,
`reason_form`, `upload_handlers`, `use_limits`, `custody_passport`, `download_original`,
`inspections`, `onward_transfer`, `other_use`, `packages`, `destruction`, `exhibit_list`,
`api_packages`, `destruction_orders`, `api_exhibits`, `api_inspections`. Packages: `pages`,
`storage`, `transfer`.
"""
