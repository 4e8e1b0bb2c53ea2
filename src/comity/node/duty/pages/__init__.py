"""Pages of the duty: who is on, what waits, how people are woken, whether partners answer.

Reading order: `labels`, `people`, `alarms`, `forms`, `contacts`, `ladders`, `reaching`,
`rosters`, `urls`.
"""
