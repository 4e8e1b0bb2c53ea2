"""Set-up in the browser of the node's own machine (ADR 0047).

Reading order: `build_node`, `labels`, `partners`, `progress`, `setup_code`, `forms`, `server`,
`middleware`, `views`, `office`, `ceremony`, `checks`, `officers`, `people`, `urls`.
"""
