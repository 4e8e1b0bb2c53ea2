"""Dealings with partners' systems: what they refuse, and what they give back."""
