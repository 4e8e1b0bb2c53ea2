"""Disk images as examiners bring them: recognised by own parsers, looked into behind a wall.

Reading order: `errors`, `image` (what is told of one), `source` (bounded reads), the formats
`qcow2`, `vhd`, `vhdx`, `vmdk`, `ewf_segments`; `sets` (which files belong together), `recognise`.
Then, in a process of its own: `limits`, `frames`, `worker`, `media`, `ewf`, `partitions`,
`listing`, `labels`, `contents`. In front of it: `isolation`, `inspect`, and `inspection`, the
document that comes of it.
"""
