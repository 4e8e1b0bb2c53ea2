"""Docket."""
