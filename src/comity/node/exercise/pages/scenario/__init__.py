"""Pages of scenarios: the library, one scenario as told and as it would run, a file taken in.

Reading order: `labels`, `views`.
"""
