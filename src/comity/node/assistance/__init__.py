"""Assistance between States: the board of needs and offers, round tables, solutions.

Reading order: `readers`, `round_tables`, `solution_packaging`, `solutions`, `topics`, `board`,
`forms`, `round_table_files`, `solution_fetch`, `solution_rows`, `solution_withdrawal`,
`api_round_tables`, `api_solutions`, `board_export`, `table_forms`, `api`, `table_information`.
Packages: `pages`.
"""
