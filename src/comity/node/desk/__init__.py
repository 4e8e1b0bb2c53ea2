"""The desk: the pages people work on.

Reading order: `words` (what the screen says), `guard` (who may see a page), `pages` (rendering),
`fields` and `forms` (what is asked), `telling` (what a message says, in words); then one module a
group of pages: `signin`, `cases`, `requests`, `moves`, `drafts`, `evidence`, `office`, `passkeys`.
"""
