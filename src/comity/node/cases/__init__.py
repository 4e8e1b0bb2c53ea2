"""Cases and conversations as the register keeps them, their deadlines, and the docket's rows.

Reading order: `broken_rules`, `case_numbers`, `closed_cases`, `office_deadlines`, `offences`,
`paper_conversations`, `privacy_errors`, `read_audit`, `severity`, `conversations`, `docket_store`,
`legal_holds`, `next_move`, `reading_values`, `schemas`, `urgency`, `docket_actions`,
`paper_authorities`, `subjects`, `actions`, `queries`, `second_signature`, `unread_messages`,
`standing_orders`, `late_deliveries`, `call_back_numbers`, `costs`, `deadline_events`, `api`,
`deadline_notices`.
"""
