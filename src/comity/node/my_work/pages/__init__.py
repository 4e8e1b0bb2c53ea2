"""The page "My work".

Reading order: `labels`, `forms`, `listing`, `views`, `urls`.
"""
