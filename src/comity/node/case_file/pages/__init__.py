"""Pages of cases: the list, and one case with its history.

Reading order: `access_overview`, `letter_links`, `case_header`, `case_menu`,
`delivery_notice`, `subject`, `views`.
"""
