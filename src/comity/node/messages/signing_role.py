"""The role in which an officer signs."""

from comity.node.models import Officer


def role_of(officer: Officer) -> str:
    """Return the role in which an officer signs by the office's own division of work."""
    return "approver" if officer.role == Officer.Role.APPROVER else "author"
