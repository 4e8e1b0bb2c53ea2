"""Exchange by files where no line is: what leaves on a medium, and what comes by one.

Reading order: `archive_layout`, `archive_source`, `export_archive`, `import_archive`.
"""
