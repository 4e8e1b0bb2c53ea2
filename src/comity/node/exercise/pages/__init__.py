"""Pages of exercises: the team's room, scenarios, the report.

Reading order: `console_urls`, `exercise_only`, `radios`, `report_comparison`, `report_forms`,
`report_labels`, `room_labels`, `hall`, `join`, `report_views`, `room_context`,
`scenario_labels`, `report_urls`, `room`, `room_actions`, `room_quiz`, `scenario_context`,
`room_sending`, `scenario_editing`, `scenario_form_context`, `scenario_views`, `room_urls`,
`scenario_forms`, `scenario_import_export`, `scenario_exhibit_forms`, `scenario_save_entry`,
`scenario_task_form`, `scenario_trigger_form`, `scenario_entries`, `scenario_exhibits`,
`scenario_questions`, `scenario_urls`, `urls`. Packages: `console`.
"""
