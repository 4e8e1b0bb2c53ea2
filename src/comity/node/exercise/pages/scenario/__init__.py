"""Pages of scenarios: the library, one scenario as told and as it would run, and its editors.

Reading order: `labels`, `context`, `views`, `text_pages`, `import_export`, `form_context`,
`entry_form`, `trigger_form`, `task_form`, `exhibit_forms`, `save_entry`, `inject_pages`,
`task_pages`, `exhibit_pages`, `urls`.
"""
