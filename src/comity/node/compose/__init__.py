"""Writing messages: forms of every section, drafts, approvals, replies.

Reading order: `api`, `api_approvals`, `identifier_labels`, `law_overrides`, `api_law`,
`identifiers`, `section_rows`, `prefill_from_call`, `section_forms`. Packages: `pages`.
"""
