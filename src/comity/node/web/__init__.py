"""What every page and API call shares: frame, fields, errors, permissions, formats.

Reading order: `compression`, `date_format`, `error_labels`, `fault_sentences`, `form_fields`,
`help_texts`, `idempotency`, `inputs`, `json_bodies`, `kept_forms`, `measure_labels`, `menu`,
`original_bytes`, `problem_codes`, `problems`, `section_labels`, `round_table_labels`,
`security_headers`, `size_format`, `story_names`, `text_format`, `url_converters`,
`api_permissions`, `assistance_labels`, `language_choices`, `malformed_requests`, `model_form`,
`section_schemas`, `schemas`, `section_form`, `api_errors`, `day_range`, `labels`,
`problem_schemas`, `audit_labels`, `appearance`, `render`, `permissions`.
"""
