"""What comes by e-mail, file or paper, read in a process of its own; nothing of it is believed.

Reading order: `errors`, `cautions` (what deserves a second look), `original` (what is told of one),
`kinds` (by content, not by name), `budget` (what reading one may take). Then, in that process:
`safe_text`, `safe_xml`, `safe_zip`, one module for each kind (`mail` with `mail_parts`,
`mail_headers` and `html_text`; `old_office`, `pdf`, `docx`, `images`, `plain`), `reading`,
`worker`. In front of it: `reader`. Beside it: `templates` and `identifiers_found` propose what a
text says, `registers`, an office's spreadsheet read row by row, and `directory_zip`, a copy of a
directory.
"""
