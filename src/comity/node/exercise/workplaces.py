"""Where a player works at the node of the team: its address, and the own account alone.

A password is told to whoever holds its seat and to nobody else, so that a second signature is a
second person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.node.models import TeamMember


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account at the node of a team.

    Attributes:
        name: to sign in with.
        role: at the node.
    """

    name: str
    role: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The node of a team, as one player may know it.

    Attributes:
        address: URL.
        accounts: the player's own; none for a role that has no seat there.
        approves: key of the scenario's role that gives second signatures; empty where it is the
            second person of the team, whatever the role.
    """

    address: str
    accounts: tuple[Account, ...]
    approves: str

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "accounts": [dict(vars(one)) for one in self.accounts],
            "address": self.address,
            "approves": self.approves,
        }


def workplace_of(member: TeamMember) -> Workplace | None:
    """Return where a member works, or None for a team without a node."""
    desk = member.team.desk or {}
    if not desk:
        return None
    approver: Mapping[str, str] = next(
        (one for one in desk["accounts"] if one["role"] == "approver"), {}
    )
    return Workplace(
        address=desk["address"],
        accounts=tuple(
            Account(name=one["name"], role=one["role"], password=one["password"])
            for one in desk["accounts"]
            if _holds(member, one["holder"])
        ),
        approves=approver.get("holder", ""),
    )


def _holds(member: TeamMember, holder: str) -> bool:
    """Tell whether a seat is a member's; one that no role holds is the second person's."""
    if holder:
        return holder == member.role
    second = member.team.members.order_by("pk").values_list("pk", flat=True)[1:2]
    return member.pk in second
