"""Operating a node: creation, backups, restore, self-test, rotation of keys, background jobs.

Reading order: `answers`, `background_jobs`, `backup`, `backup_labels`, `folder_trial`,
`backup_place`, `config_display`, `create_node`, `echo_order`, `echo_state`, `echo_test`,
`echo_words`, `echo_labels`, `export_tables`, `guard_renewal`, `migrate`, `page_header`,
`register_state`, `schemas`, `selftest_labels`, `export_register`, `heartbeat_api`, `move_log`,
`restore`, `serve`, `export_all`, `scheduled_backups`, `selftest_steps`, `backup_job`,
`restore_dry_run`, `selftest`, `actions`, `api`, `api_backups`. Packages: `pages`, `setup_wizard`.
"""
