"""Search: the index of the register, questions to it, and what was found.

Reading order: `normalization`, `phonetics`, `result_rows`, `tokenizer`, `document_texts`,
`query_parser`, `engine`, `index`, `reindex`, `results`, `audited_search`, `case_list`, `api`.
Packages: `pages`.
"""
