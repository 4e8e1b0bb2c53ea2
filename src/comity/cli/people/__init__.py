"""Commands about people and data protection: users, officers, tokens, audit, privacy."""
