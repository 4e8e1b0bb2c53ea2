"""Programs that act for a person: what lets them in, what keeps them from acting twice.

Reading order: `tokens`, `repeating`; `hooks`, `reaching`, `sending`.
"""
