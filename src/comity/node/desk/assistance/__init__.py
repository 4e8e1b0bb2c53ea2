"""Pages of assistance between States: a board of needs and offers, and what is written there."""
