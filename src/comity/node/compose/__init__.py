"""Writing messages: forms of every section, drafts, approvals, replies.

Reading order: `answers`, `api_approvals`, `approval_input`, `identifier_labels`, `item_forms`,
`law_overrides`, `measures`, `move_kinds`, `onward_exceptions`, `earlier_requests`,
`letter_preview`, `pasted_identifiers`, `requirements`, `signatures_needed`, `text_boxes`,
`actions`, `identifiers`, `section_rows`, `api`, `api_law`, `prefill_from_call`, `section_forms`.
Packages: `pages`.
"""
