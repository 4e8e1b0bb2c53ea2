"""What every page and API call shares: frame, fields, errors, permissions, formats.

Reading order: `compression`, `date_format`, `error_labels`, `fault_sentences`, `moment_field`,
`office_day`,
`form_fields`, `form_groups`, `help_texts`, `identifier_kinds`, `idempotency`, `inputs`,
`json_bodies`,
`kept_forms`, `measure_labels`, `menu`, `original_bytes`, `problem_codes`, `problems`,
`section_labels`, `round_table_labels`, `security_headers`, `size_format`, `story_names`,
`text_format`, `url_converters`, `api_permissions`, `assistance_labels`, `language_choices`,
`malformed_requests`, `model_form`, `section_schemas`, `schemas`, `section_form`, `api_errors`,
`unfinished_forms`, `day_range`, `labels`, `problem_schemas`, `audit_labels`, `shortcuts`,
`appearance`, `render`, `permissions`, `form_saving`, `shortcuts_page`, `entry_labels`,
`upload_answers`.
"""
