"""Pages of cases: the list, and one case with its history.

Reading order: `access_overview`, `case_header`, `views`.
"""
