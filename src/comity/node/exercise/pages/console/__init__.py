"""The trainer's console: exercises are made, begun, steered, judged and closed here.

Reading order: `forms`, `labels`, `context`, `rows`, `team`, `views`, `actions`.
"""
