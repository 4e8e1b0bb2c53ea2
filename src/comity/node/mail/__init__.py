"""Letters on paper and by mail: taken in, transcribed, written, imported.

Reading order: `import_rows`, `letters`, `schemas`, `transcription`, `api_letters`,
`import_register`, `mailbox`, `answers`, `actions`, `api`. Packages: `pages`.
"""
