"""Data protection: what is looked at again, what people ask, who is told later, breaches, releases.

Nothing here destroys by itself: a clock brings a record before a person, who keeps it or orders its
destruction (docs/adr/0048-kept-and-reviewed.md).

Reading order: `errors`, `grounds`, `periods`, `records`, `due`, `holds`, `erasing`, `rules`,
`holdings`, `breaches`, `releases`.
"""
