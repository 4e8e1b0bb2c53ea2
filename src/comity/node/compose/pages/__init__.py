"""Pages on which a message is written, read again, approved and sent.

Reading order: `hints`, `initial_values`, `law_overrides`, `partners`, `refusal`, `drafts`,
`new_information`, `reply`, `new_request`, `second_signature`. Packages: `approvals`.
"""
