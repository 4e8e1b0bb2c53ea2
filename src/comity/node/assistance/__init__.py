"""Assistance between States: the board of needs and offers, round tables, solutions.

Reading order: `readers`, `round_tables`, `schemas`, `answers`, `solution_packaging`, `solutions`,
`topics`, `board`, `forms`, `round_table_files`, `solution_fetch`, `solution_rows`,
`solution_withdrawal`, `actions`, `api_round_tables`, `api_solutions`, `board_export`,
`table_forms`, `api`, `table_information`. Packages: `pages`.
"""
