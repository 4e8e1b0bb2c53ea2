"""One search over both databases: what is written in a case, by whoever wrote it in what script.

In reading order: `folding` and `sounding` (how letters are made alike), `words` (a text as tokens),
`asking` (a question as tokens), `engine` (the two databases), `texts` (what each thing says),
`index` (keeping it), `finding` (asking it), `rebuilding`.
"""
