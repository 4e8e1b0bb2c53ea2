"""Pages of the docket: registers, an item, the form of an act, translation jobs.

Reading order: `forms`, `rights_checks`, `choices`, `translation_jobs`, `views`.
"""
