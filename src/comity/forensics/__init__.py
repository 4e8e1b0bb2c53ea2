"""Disk images as examiners bring them: recognised by own parsers, looked into behind a wall.

Reading order: `errors`, `image` (what is told of one), `image` (bounded reads), the formats
`virtual_disks`, `virtual_disks`, `virtual_disks`, `virtual_disks`, `ewf_set`; `raw` (which files belong together), `recognise`.
Then, in a process of its own: `confinement`, `frames`, `worker`, `media`, `media`, `contents`,
`listing`, `contents`, `contents`. In front of it: `isolation`, `inspect`, and `inspection`, the
document that comes of it.
"""
