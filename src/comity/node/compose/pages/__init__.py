"""Pages on which a message is written, read again, approved and sent.

Reading order: `closed_drafts`, `hints`, `initial_values`, `law_overrides`, `partners`, `refusal`,
`request_groups`, `review`, `drafts`, `drafts_list`, `new_information`, `reply`, `new_request`,
`second_signature`.
Packages: `approvals`.
"""
