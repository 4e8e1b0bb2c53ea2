"""The law of a request: instruments, facts, and what follows from them.

Reading order: `facts_from_conversation`, `facts_from_messages`, `findings_values`,
`rights_check_facts`, `schemas`, `treaty_basis`, `treaty_grid`, `wording`, `assessment`,
`assessment_rows`.
"""
