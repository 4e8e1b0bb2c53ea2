"""Pages of the docket: registers, an item, the form of an act, translation jobs.

Reading order: `forms`, `record`, `choices`, `rights_checks`, `views`, `translation_jobs`.
"""
