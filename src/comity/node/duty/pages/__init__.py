"""Pages of the duty: who is on, what waits, how people are woken, whether partners answer.

Reading order: `labels`, `people`, `acknowledged`, `alarms`, `desk`, `forms`, `contacts`, `week`,
`ladders`, `reaching`, `rosters`, `urls`.
"""
