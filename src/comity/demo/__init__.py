"""A whole small world on one machine, for showing, learning and testing.

Reading order: `world` (States, directory, nodes, officers), `processes` (nodes as real processes),
`story` (a case from request to court), `exhibit` (what is sealed if no evidence is given),
`office` (certifies the passkeys of visitors).
"""
