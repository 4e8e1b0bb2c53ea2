"""Assistance between States: the board, and the technical solutions that go with it.

Reading order: `board` (needs, offers and places as lines), `solutions` (signed packages).
"""
