"""Pages of the watch: the screen for the night, telephone calls, shifts.

Reading order: `call_forms`, `calls`, `views`, `shifts`, `urls`.
"""
