"""The edge between evidence and a file system: walking, reading, publishing.

Modules in reading order: `errors`, `publish` (nothing half-made gets a name), `walk` (what a
source holds), `platforms`, `stages` (threads over reused buffers),
`pipeline`, `sealing`, `opening`, `read_bag`, `key_files`, `recovery`,
`instruments` (the law as data).
"""
