"""Who is on duty, what must wake them, and what was done to wake them.

Reading order: `wall`, `roster`, `planning`; `reach`, `causes`, `ladder`, `escalating`; `channels`,
`wording`, `smtp`, `webhook`, `sending`; `rows` (a roster as CSV); `keeping` (what the loops do).
"""
