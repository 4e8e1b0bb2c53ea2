"""The node's log and its audit: kept, guarded, timestamped, witnessed.

Reading order: `editions`, `partner_checkpoints`, `public_key_list`, `store`, `superseded`, `audit`,
`copies`, `guarded_log`, `key_rotation`, `sibling_folders`, `config_changes`, `audit_anchors`,
`audit_check`, `group_commit`, `published_epochs`, `refusals`, `successor_logs`, `timestamps`,
`consistency`, `directory_snapshots`, `epochs`, `witnesses`.
"""
