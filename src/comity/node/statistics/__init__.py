"""Statistics: counts, durations, what may be published.

Reading order: `answers`, `durations`, `by_month`, `periods`, `schemas`, `actions`, `counts`,
`disclosure_control`, `queries`, `exports`, `api`. Packages: `pages`.
"""
