"""Assistance between States: the board of needs and offers, round tables, solutions.

Reading order: `readers`, `round_tables`, `schemas`, `solution_packaging`, `solutions`, `topics`,
`answers`, `board`, `forms`, `round_table_files`, `solution_fetch`, `solution_rows`,
`solution_withdrawal`, `actions`, `api_round_tables`, `board_export`, `table_forms`, `api`,
`api_solutions`, `table_information`. Packages: `pages`.
"""
