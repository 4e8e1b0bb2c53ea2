"""Set-up in the browser of the node's own machine (ADR 0047).

Reading order: `build_node`, `entry_revision`, `labels`, `partners`, `by_directory`, `progress`,
`roster_standing`, `step_states`, `setup_code`, `forms`, `server`, `middleware`, `views`, `office`,
`ceremony`, `checks`, `declarations`, `officers`, `partner_pages`, `people`, `roster`, `echo`,
`finish`, `urls`.
"""
