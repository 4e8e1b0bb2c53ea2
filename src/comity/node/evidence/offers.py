"""In which conversation a sealed package may be offered: in one, and not always the first.

Sealed bytes are handed in for a conversation and stay where they are when they are handed in for
another. Until they are offered, any conversation may have them, and the chain of custody says by
its event ``offered`` in which it was; from then on the exhibit belongs to that one (ADR 0022). It
stays listed under the conversation for which it was handed in, for those who may see both.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from comity.canonical import MisuseError
from comity.exchange import Message
from comity.node.cases import closed_cases
from comity.node.core.signals import work_changed
from comity.node.evidence import custody
from comity.node.log import audit
from comity.node.models import Conversation, Officer, Package
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.search import index

MOST_ELSEWHERE: Final = 50
"""Packages of other conversations that a form shows, the newest first: a drop-down, no list.

One whose chain forbids to offer it is among them, and left out.
"""
MOVED: Final = "evidence.moved"
UNOFFERED: Final = Q(outgoing=True, offered_in="", stage=Package.Stage.SEALED)
"""The condition on packages of ours that wait to be offered."""


class PackageElsewhereError(MisuseError, code="package-elsewhere"):
    """This package is an exhibit of another conversation, and continues only there."""


def to_offer(circle: Circle, conversation: str) -> list[Package]:
    """Return what an officer may offer in a conversation: what was handed in for it stands first.

    Args:
        circle: of the officer; what was handed in for a case outside it is not shown.
        conversation: digest of the one in which it would be offered.
    """
    waiting = circle.packages().filter(UNOFFERED)
    elsewhere = waiting.exclude(conversation=conversation).order_by("-changed_at", "root")
    own = waiting.filter(conversation=conversation).order_by("-changed_at", "root")
    return [*own, *elsewhere[:MOST_ELSEWHERE]]


def is_unoffered(package: Package) -> bool:
    """Tell whether a package fits `UNOFFERED`."""
    return package.outgoing and not package.offered_in and package.stage == Package.Stage.SEALED


def of_conversations(digests: Sequence[str]) -> Q:
    """Return the condition on packages that belong to conversations, or were handed in for them."""
    return Q(conversation__in=digests) | Q(handed_in_for__in=digests)


def sorted_out(
    packages: Sequence[Package], *, event: str, party: str
) -> tuple[list[Package], list[tuple[Package, str]]]:
    """Return the packages that may be handed over, and the others with the code of what forbids it.

    Args:
        packages: of which a form would let choose.
        event: of the hand-over, as for `custody.handover`.
        party: this node's.
    """
    chains = custody.chains({one.exhibit for one in packages})
    judged = [
        (one, custody.stands_against(chains[one.exhibit], event=event, party=party))
        for one in packages
    ]
    return [one for one, code in judged if not code], [(one, code) for one, code in judged if code]


def cases_of(packages: Sequence[Package], *, besides: str) -> dict[str, str]:
    """Return the case for which each package was handed in, by root, where it is another one."""
    digests = {one.conversation for one in packages} - {besides}
    cases = dict(Conversation.objects.filter(digest__in=digests).values_list("digest", "case"))
    return {one.root: cases[one.conversation] for one in packages if one.conversation in cases}


def check_handed_in(root: str, conversation: str, *, officer: str, at: datetime) -> None:
    """Refuse sealed bytes that are here already and can never be offered in a conversation.

    Args:
        root: of the bytes.
        conversation: for which they are handed in.
        officer: identifier of who hands them in.
        at: this moment.

    Raises:
        PackageElsewhereError: they were offered in another conversation, came from a partner, or
            wait in a case that the officer may not see.
    """
    known = Package.objects.filter(root=root).exclude(stage=Package.Stage.DESTROYED).first()
    if known is None or (known.outgoing and known.conversation == conversation):
        return
    who = Officer.objects.filter(identifier=officer).first()
    seen = who is None or circle_of(who, at=at).packages().filter(root=root).exists()
    if known.offered_in or not known.outgoing or not seen:
        raise PackageElsewhereError("these sealed bytes are an exhibit of another conversation")


def note_offered(message: Message, root: str, *, at: datetime) -> None:
    """Write, in the caller's transaction, in which message of ours a package was offered.

    The package belongs to that conversation from now on; where it was handed in for another, the
    audit says so.
    """
    package = Package.objects.filter(root=root).first()
    if package is None:
        return
    left = package.conversation
    moved = left != message.conversation
    package.offered_in, package.changed_at = message.content, at
    if moved:
        package.handed_in_for = package.handed_in_for or package.conversation
    package.conversation = message.conversation
    package.save(update_fields=["offered_in", "changed_at", "conversation", "handed_in_for"])
    work_changed.send(None, conversations=[left], exhibits=[package.exhibit])
    if moved:
        author = message.draft.author
        audit.note(at=at, actor=author, action=MOVED, subject=root, detail=message.conversation)
        index.packages([package])
        closed_cases.with_evidence([left, message.conversation])
