"""Set-up in the browser of the node's own machine (ADR 0047).

Reading order: `build_node`, `labels`, `partners`, `by_directory`, `progress`, `setup_code`,
`forms`, `server`, `middleware`, `views`, `office`, `ceremony`, `checks`, `declarations`,
`officers`, `partner_pages`, `people`, `roster`, `echo`, `finish`, `urls`.
"""
