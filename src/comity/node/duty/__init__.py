"""Duty at all hours: rosters, alarms, escalation, notices, tests of partners.

Reading order: `alarm_kinds`, `escalation_ladder`, `notice_text`, `partner_tests_csv`,
`partner_tests_pause`, `partner_tests_text`, `roster`, `smtp`, `subjects`, `webhook`,
`partner_tests_schedule`, `roster_csv`, `roster_defaults`, `roster_store`, `schemas`,
`watchdog_text`, `week_grid`, `answers`, `ask_partner`, `escalation`, `notice_delivery`,
`actions`, `unreachable_staff`, `alarm_causes`, `api`, `jobs`. Packages: `pages`.
"""
