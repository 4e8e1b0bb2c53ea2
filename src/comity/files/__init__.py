"""The edge between evidence and a file system: walking, reading, publishing.

Modules in reading order: `errors`, `publish` (nothing half-made gets a name), `walk` (what a
source holds), `holes`, `xattrs`, `segments` (streams), `stages` (threads over reused buffers),
`uncached`, `pipeline`, `sealing`, `opening`, `read_bag`, `key_file`, `age_file`,
`instruments` (the law as data).
"""
