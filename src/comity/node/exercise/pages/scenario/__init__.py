"""Pages of scenarios: the library, one scenario as told and as it would run, and its editors.

Reading order: `labels`, `context`, `views`, `text_pages`, `import_export`, `form_context`,
`entry_form` (made of the model of an entry), `trigger_form`, `task_form`, `exhibit_forms` (what is
particular to these), `entry_kinds` (the table of what is edited), `entry_pages`, `entry_lists`,
`urls`.
"""
