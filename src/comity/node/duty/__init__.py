"""Duty at all hours: rosters, alarms, escalation, notices, tests of partners.

Reading order: `alarm_kinds`, `escalation_ladder`, `notice_text`, `partner_tests_csv`,
`partner_tests_pause`, `partner_tests_text`, `roster`, `schemas`, `smtp`, `subjects`, `webhook`,
`partner_tests_schedule`, `roster_csv`, `roster_store`, `watchdog_text`, `ask_partner`,
`escalation`, `notice_delivery`, `api`, `unreachable_staff`, `alarm_causes`, `jobs`. Packages:
`pages`.
"""
