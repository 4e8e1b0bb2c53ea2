"""What comes by e-mail, file or paper, read in a process of its own; nothing of it is believed.

Reading order: `errors`, `original` (what is told of one, what deserves a second look), `kinds` (by
content, not by name), `safe_text` (what reading one may take). Then, in that process: `safe_zip`,
one module for each kind (`mail`, `old_office`, `pdf`, `docx`, `images`, `plain`), `reading`,
`worker`. In front of it: `reader`. Beside it: `templates` and `identifiers_found` propose what a
text says, `registers`, an office's spreadsheet read row by row, and `safe_zip`, a copy of a
directory.
"""
