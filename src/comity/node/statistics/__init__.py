"""Statistics: counts, durations, what may be published.

Reading order: `durations`, `periods`, `schemas`, `counts`, `disclosure_control`, `queries`,
`exports`, `api`. Packages: `pages`.
"""
