"""Messages of this office: drafts, approvals, sending, and what an accepted one changes.

Reading order: `certificates_in_log`, `effects`, `heard`, `known_topics`, `normalize_identifiers`,
`officer_signing`, `outbox`, `partner_tests`, `recovery_marker`, `summary_line`,
`translatable_texts`, `drafts`, `send_second_signature`, `draft_changes`, `signature_queue`,
`draft_answers`, `officer_certificates`, `actions`, `officer_ca`, `second_officer`.
"""
