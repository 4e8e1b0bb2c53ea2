"""Pages of assistance: the board, round tables, solutions.

Reading order: `solution_views`, `table_views`, `views`, `urls`.
"""
