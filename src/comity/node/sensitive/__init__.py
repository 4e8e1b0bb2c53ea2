"""Sensitive."""
