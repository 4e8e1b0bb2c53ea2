"""Pages of exercises: the team's room, scenarios, the report.

Reading order: `exercise_only`, `radios`, `report_comparison`, `report_forms`, `report_labels`,
`room_labels`, `hall`, `join`, `report_views`, `room_context`, `room`, `room_actions`, `room_quiz`,
`room_sending`, `urls`. Packages: `console`, `scenario`.
"""
