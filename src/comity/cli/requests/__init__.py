"""Commands about requests: cases, drafts, mail, the docket, what States share."""
