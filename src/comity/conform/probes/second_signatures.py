"""The second signature that follows a message sent with one (spec 9)."""

from comity.conform.bench import Bench
from comity.conform.letters import Officer
from comity.conform.model import probe
from comity.conform.probes.approvals import asking


def second(bench: Bench, officer: Officer, role: str, *words: str, other: bool = False) -> None:
    """Send a preservation with one signature, then a second one; demand an outcome."""
    letter = asking(bench, "preservation", "urgent", "author")
    talk = bench.begin_conversation(bench.peer, letter)
    about = letter if not other else asking(bench, "preservation", "urgent", "author")
    approval = bench.peer.approval(about, officer, role)
    section = {"countersignature": {"approval": approval}}
    later = bench.peer.next(talk, "request.countersigned", section, about=talk.content)
    bench.say(talk, later, *words)


@probe("approvals.countersigned")
def countersigned(bench: Bench) -> None:
    """Bound to the earlier message."""
    second(bench, bench.peer.approver, "approver", "applied")


@probe("approvals.countersigned-by-author")
def countersigned_by_author(bench: Bench) -> None:
    """With another certificate, for the other role."""
    own = bench.peer.author
    again = bench.peer.officer("approver", key=own.key, changes={"officer": own.name})
    second(bench, again, "approver", "refused:approval-same-officer")


@probe("approvals.countersigned-as-author")
def countersigned_as_author(bench: Bench) -> None:
    """A second author."""
    second(bench, bench.peer.officer("author"), "author", "refused:countersignature-unfit")


@probe("approvals.countersigned-other")
def countersigned_other(bench: Bench) -> None:
    """Bound to a message that was never sent."""
    second(bench, bench.peer.approver, "approver", "refused:approval-detached", other=True)


@probe("approvals.countersigned-needless")
def countersigned_needless(bench: Bench) -> None:
    """A withdrawal."""
    letter = asking(bench, "preservation", "urgent", "author", "approver")
    talk = bench.begin_conversation(bench.peer, letter)
    gone = bench.peer.approved(bench.peer.next(talk, "request.withdrawn"), "author")
    bench.say(talk, gone, "applied")
    approval = bench.peer.approval(gone, bench.peer.approver, "approver")
    later = bench.peer.next(
        talk,
        "request.countersigned",
        {"countersignature": {"approval": approval}},
        about=talk.chains[bench.peer.party][-1],
    )
    bench.say(talk, later, "refused:countersignature-unfit")
