"""Disk images as examiners bring them: recognised by own parsers, looked into behind a wall.

Reading order: `errors`, `image` (what is told of one, bounded reads), the formats
`virtual_disks`, `ewf_set`; `raw` (which files belong together), `recognise`.
Then, in a process of its own: `confinement`, `frames`, `worker`, `media`, `contents`,
`listing`. In front of it: `isolation`, `inspect`, and `inspection`, the
document that comes of it.
"""
