"""Cases and conversations as the register keeps them, their deadlines, and the docket's rows.

Reading order: `case_numbers`, `closed_cases`, `office_deadlines`, `paper_conversations`,
`privacy_errors`, `read_audit`, `severity`, `conversations`, `docket_store`, `legal_holds`,
`reading_values`, `urgency`, `docket_actions`, `paper_authorities`, `queries`, `second_signature`,
`standing_orders`, `call_back_numbers`, `costs`, `deadline_events`, `api`, `deadline_notices`.
"""
