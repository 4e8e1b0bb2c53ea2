"""Data protection: periods, reviews, what people ask, breaches, disclosures.

Nothing here destroys by itself: a clock brings a record before a person (ADR 0048).

Reading order: `grounds`, `records`, `register`, `retention_periods`,
`subject_search`, `traces`, `erasure`, `labels`, `review_queue`, `rules`, `breaches`,
`choices`, `disclosures`, `documents`, `links`.
"""
