"""One act, one door: what an act is, and the one function that does it for page, API and command.

Reading order: `action`, `described`, `perform`, `action_form`, `mount`.
"""
