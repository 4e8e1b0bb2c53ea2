"""Messages of this office: drafts, approvals, sending, and what an accepted one changes.

Reading order: `effects`, `heard`, `normalize_identifiers`, `officer_signing`, `outbox`,
`recovery_marker`, `summary_line`, `translatable_texts`, `partner_tests`, `drafts`,
`send_second_signature`, `actions`, `approvals`, `officer_certificates`, `officer_ca`,
`second_officer`.
"""
