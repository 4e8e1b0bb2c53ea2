"""Exchange with other nodes: messages and receipts out and in, recovery, packages.

Reading order: `directory_api`, `issue_receipt`, `receive_receipt`, `unentered_items`,
`receive_message`, `delivery`, `log_tokens`, `resend_after_restore`, `recovery`, `wire_api`,
`log_api`, `package_api`, `solution_api`. Packages: `offline`.
"""
