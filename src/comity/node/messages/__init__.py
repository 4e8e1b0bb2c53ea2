"""Messages of this office: drafts, approvals, sending, and what an accepted one changes.

Reading order: `certificates_in_log`, `effects`, `heard`, `known_topics`, `normalize_identifiers`,
`officer_signing`, `signing_role`, `outbox`, `partner_tests`, `recovery_marker`, `summary_line`,
`translatable_texts`, `draft_text`, `drafts`, `send_second_signature`, `draft_changes`,
`draft_editing`, `form_input`, `signature_queue`, `draft_answers`, `officer_certificates`,
`countersigners`, `actions`, `officer_ca`, `second_officer`, `draft_by_page`.
"""
