"""Bringing a node's database to this version."""

from django.core.management import call_command


def migrate() -> None:
    """Apply what is missing; safe to repeat."""
    call_command("migrate", interactive=False, verbosity=0)
