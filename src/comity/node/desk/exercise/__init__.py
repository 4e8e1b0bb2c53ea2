"""Pages of exercises: the team's room, the trainer's console, scenarios, the report.

Only a node in exercise mode has exercises; see `comity.node.exercise.mode`.
"""
