"""Pages of the watch: the screen for the night, telephone calls, shifts.

Reading order: `alert_rows`, `call_forms`, `calls`, `views`, `shifts`, `urls`.
"""
