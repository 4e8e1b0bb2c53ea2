"""What everything stands on: configuration, clock, keys, SQL helpers, HTTP to partners.

Reading order: `http_errors`, `block_writer`, `config_backup`, `config_programs`, `folder_lock`,
`formats`, `head_guard`, `keystore`, `label_files`, `event_size`, `local_time`, `notice_channels`,
`pagination`, `prepared_queries`, `prepared_sql`, `provided`, `randomness`, `rate_limit`,
`shared_clock`, `signals`, `signin_settings_check`, `sqlite_files`, `clock`, `config_notices`,
`one_moment`, `database_errors`, `tls_certificate`, `config`, `partner_clocks`, `periodic_loop`,
`django_setup`, `host_names`, `labels`, `law_library`, `node`, `session_secret`, `partner_http`,
`reader_language`, `time_zones`. Packages: `postgresql`.
"""
