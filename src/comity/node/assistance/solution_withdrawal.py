"""Telling those who have a solution that it is withdrawn: a draft for each conversation."""

from collections.abc import Mapping

from comity.canonical import ComityError
from comity.node.assistance import solutions
from comity.node.core.clock import now
from comity.node.messages import draft_changes
from comity.node.models import DraftRow
from comity.node.service.handle import Service


def withdraw(
    service: Service,
    digest: str,
    *,
    reasons: Mapping[str, str],
    replaced_by: str | None,
    by: str,
) -> list[DraftRow]:
    """Withdraw a solution of ours at once, and draft the message of each offer that holds.

    A conversation in which nothing can be said any more gets none; the withdrawal stands here, and
    the file is served to nobody.

    Args:
        service: this node.
        digest: of the solution's file.
        reasons: why, with the language.
        replaced_by: version that takes its place, or None.
        by: user name, for the audit.

    Raises:
        SolutionStandingError, SolutionMalformedError: as `solutions.withdraw`.
    """
    row = solutions.withdraw(
        service.node,
        service.committer,
        digest,
        reasons=reasons,
        replaced_by=replaced_by,
        by=by,
        at=now(),
    )
    made = []
    for offer in solutions.given_in(digest):
        try:
            draft = draft_changes.prepare(
                service,
                message_type="solution.withdrawn",
                values={"withdrawal": {"statement": row.withdrawal}},
                by=by,
                conversation=offer.conversation,
                about=offer.content,
            )
        except ComityError:
            continue
        made.append(draft)
    return made
