"""What every page and API call shares: frame, fields, errors, permissions, formats.

Reading order: `compression`, `date_format`, `error_labels`, `form_fields`, `help_texts`,
`idempotency`, `inputs`, `json_bodies`, `kept_forms`, `menu`, `problem_codes`, `problems`,
`round_table_labels`, `section_form`, `security_headers`, `size_format`, `story_names`,
`url_converters`, `api_permissions`, `assistance_labels`, `malformed_requests`, `schemas`,
`api_errors`, `day_range`, `labels`, `problem_schemas`, `audit_labels`, `appearance`, `render`,
`permissions`.
"""
