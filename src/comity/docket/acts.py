"""The acts of the docket: what an office does at home, when, and by whose hand; one row each.

Rule 1: a (state, act) pair that is not listed is illegal. Rule 2: code walks these rows and never
names an act elsewhere. An item is one thing with a life of its own: a slip, an order, a job.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from comity.docket import bodies as b
from comity.docket import privacy_bodies as p
from comity.docket import watch_bodies as w
from comity.exchange.values import Model

# A row of the table of acts, and a row of the table of kinds: what each says of itself.


NEW: Final = "new"


class Hand(StrEnum):
    """Who may do an act."""

    OFFICER = "officer"
    APPROVER = "approver"
    TRANSLATOR = "translator"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act's row.

    Attributes:
        name: kind of the item, a dot, what is done.
        body: what it says.
        sources: states of the item in which it is possible; `NEW` begins one.
        target: state it leads to, or None to stay.
        due: member of the body that sets the item's clock, or empty.
        hands: who may do it.
    """

    name: str
    body: type[Model]
    sources: frozenset[str]
    target: str | None = None
    due: str = ""
    hands: frozenset[Hand] = frozenset({Hand.OFFICER, Hand.APPROVER})

    @property
    def kind(self) -> str:
        """Return the kind of item it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of item.

    Attributes:
        name: of the kind.
        of_case: whether every item belongs to a case; else it may, or never does.
        open: states in which somebody still has to act, and in which the clock runs.
        clock: what falls due: ``order`` where the law bounds its length (treaty or domestic),
            ``recall`` and ``breach`` where hours count, else ``deadline``.
        about: member of the body by which items are looked up, or empty.
    """

    name: str
    of_case: bool
    open: frozenset[str] = frozenset()
    clock: Literal["deadline", "order", "recall", "breach"] = "deadline"
    about: str = ""


def on(*states: str) -> frozenset[str]:
    """Return states as a row of the table names them."""
    return frozenset(states)


# The acts of data protection, one row each, as in `acts`.


_DECIDES: Final = frozenset({Hand.APPROVER})
_ASKED: Final = on("registered", "extended")
_TELLING: Final = on("owed", "delayed")
_BREACH: Final = on("found", "reported")
_RELEASE: Final = on("drawn-up", "listing")

PRIVACY_KINDS: Final = (
    Kind(name="retention", of_case=False, about="record_class"),
    Kind(name="hold", of_case=True, open=on("placed")),
    Kind(name="review", of_case=False, open=on("kept-until", "ordered"), about="subject"),
    Kind(name="subject-request", of_case=False, open=on("registered", "extended", "decided")),
    Kind(name="person-notice", of_case=True, open=on("owed", "delayed")),
    Kind(name="breach", of_case=False, open=on("found", "reported"), clock="breach"),
    Kind(name="release", of_case=False, open=on("drawn-up", "listing", "approved")),
)
ROWS: Final = (
    Act(
        name="retention.set",
        body=p.RetentionSet,
        sources=on(NEW, "in-force"),
        target="in-force",
        hands=_DECIDES,
    ),
    Act(
        name="retention.removed",
        body=b.Reasons,
        sources=on("in-force"),
        target="removed",
        hands=_DECIDES,
    ),
    Act(
        name="hold.placed",
        body=p.HoldPlaced,
        sources=on(NEW),
        target="placed",
        due="look_again",
    ),
    Act(
        name="hold.lifted",
        body=b.Reasons,
        sources=on("placed"),
        target="lifted",
        hands=_DECIDES,
    ),
    Act(
        name="review.kept",
        body=p.ReviewKept,
        sources=on(NEW, "kept-until", "ordered"),
        target="kept-until",
        due="until",
        hands=_DECIDES,
    ),
    Act(
        name="review.ordered",
        body=p.ReviewOrdered,
        sources=on(NEW, "kept-until"),
        target="ordered",
        hands=_DECIDES,
    ),
    Act(
        name="review.destroyed",
        body=p.ReviewDestroyed,
        sources=on("ordered"),
        target="destroyed",
        hands=frozenset({Hand.OFFICER, Hand.APPROVER}),
    ),
    Act(
        name="subject-request.received",
        body=p.SubjectRequest,
        sources=on(NEW),
        target="registered",
        due="due",
    ),
    Act(name="subject-request.identified", body=p.IdentityShown, sources=_ASKED),
    Act(
        name="subject-request.extended",
        body=p.AnswerExtended,
        sources=on("registered"),
        target="extended",
        due="due",
    ),
    Act(name="subject-request.searched", body=p.RecordsSearched, sources=_ASKED),
    Act(
        name="subject-request.decided",
        body=p.SubjectDecided,
        sources=_ASKED,
        target="decided",
        hands=_DECIDES,
    ),
    Act(
        name="subject-request.answered",
        body=p.SubjectAnswered,
        sources=on("decided"),
        target="answered",
    ),
    Act(
        name="subject-request.withdrawn",
        body=b.Reasons,
        sources=_ASKED,
        target="withdrawn",
    ),
    Act(name="person-notice.owed", body=p.NoticeOwed, sources=on(NEW), target="owed", due="due"),
    Act(
        name="person-notice.delayed",
        body=p.NoticeDelayed,
        sources=_TELLING,
        target="delayed",
        due="until",
        hands=_DECIDES,
    ),
    Act(name="person-notice.told", body=p.NoticeTold, sources=_TELLING, target="told"),
    Act(
        name="person-notice.not-owed",
        body=b.Reasons,
        sources=_TELLING,
        target="not-owed",
        hands=_DECIDES,
    ),
    Act(name="breach.found", body=p.BreachFound, sources=on(NEW), target="found", due="due"),
    Act(name="breach.updated", body=p.BreachUpdated, sources=_BREACH),
    Act(
        name="breach.reported",
        body=p.BreachReported,
        sources=_BREACH,
        target="reported",
        due="next",
    ),
    Act(name="breach.state-told", body=p.StateTold, sources=_BREACH),
    Act(name="breach.people-told", body=p.PeopleTold, sources=_BREACH),
    Act(
        name="breach.closed",
        body=p.BreachClosed,
        sources=_BREACH,
        target="closed",
        hands=_DECIDES,
    ),
    Act(name="release.begun", body=p.ReleaseBegun, sources=on(NEW), target="drawn-up"),
    Act(name="release.listed", body=p.ReleaseListed, sources=_RELEASE, target="listing"),
    Act(
        name="release.approved",
        body=p.ReleaseApproved,
        sources=on("listing"),
        target="approved",
        hands=_DECIDES,
    ),
    Act(
        name="release.handed-out",
        body=p.ReleaseHandedOut,
        sources=on("approved"),
        target="handed-out",
    ),
    Act(
        name="release.dropped",
        body=b.Reasons,
        sources=on("drawn-up", "listing", "approved"),
        target="dropped",
    ),
)


_KINDS: Final = (
    Kind(name="note", of_case=True),
    Kind(name="referral", of_case=True, open=on("sent", "accepted")),
    Kind(
        name="order",
        of_case=True,
        open=on("issued", "served", "acknowledged", "complied"),
        clock="order",
        about="provider",
    ),
    Kind(name="provider", of_case=False, about="name"),
    Kind(name="authority", of_case=False, about="party"),
    Kind(name="agreement", of_case=False, open=on("in-force"), about="party"),
    Kind(name="rights", of_case=True, open=on("recorded"), about="conversation"),
    Kind(
        name="translation",
        of_case=True,
        open=on("asked", "taken", "delivered", "sent-back"),
        about="source",
    ),
    Kind(name="letter", of_case=True, open=on("posted"), about="record"),
    Kind(name="mail", of_case=False, open=on("received"), about="original"),
    Kind(name="correspondence", of_case=True),
    Kind(name="recall", of_case=True, open=on("opened", "asked", "answered"), clock="recall"),
    Kind(name="call", of_case=False, open=on("noted", "called-back"), about="draft"),
    Kind(name="shift", of_case=False, open=on("begun", "handed-over", "given"), about="officer"),
)
_TRANSLATOR: Final = frozenset({Hand.OFFICER, Hand.TRANSLATOR})
_ORDERED: Final = on("issued", "served", "acknowledged", "complied")
_RECALL: Final = on("opened", "asked", "answered")
_CALL: Final = on("noted", "called-back")
_ROWS: Final = (
    Act(name="note.written", body=b.Note, sources=on(NEW), target="written"),
    Act(name="referral.sent", body=b.ReferralSent, sources=on(NEW), target="sent", due="due"),
    Act(
        name="referral.accepted",
        body=b.ReferralAccepted,
        sources=on("sent"),
        target="accepted",
        due="due",
    ),
    Act(
        name="referral.returned",
        body=b.Reasons,
        sources=on("sent", "accepted"),
        target="returned",
    ),
    Act(name="referral.done", body=b.ReferralDone, sources=on("accepted"), target="done"),
    Act(
        name="referral.recalled",
        body=b.Reasons,
        sources=on("sent", "accepted"),
        target="recalled",
    ),
    Act(name="order.issued", body=b.OrderIssued, sources=on(NEW), target="issued", due="until"),
    Act(name="order.served", body=b.OrderServed, sources=on("issued"), target="served"),
    Act(
        name="order.acknowledged",
        body=b.OrderAcknowledged,
        sources=on("served"),
        target="acknowledged",
    ),
    Act(
        name="order.complied",
        body=b.OrderComplied,
        sources=on("served", "acknowledged", "complied"),
        target="complied",
    ),
    Act(
        name="order.refused",
        body=b.Reasons,
        sources=on("served", "acknowledged"),
        target="refused",
    ),
    Act(name="order.renewed", body=b.OrderRenewed, sources=_ORDERED, due="until"),
    Act(name="order.ended", body=b.Reasons, sources=_ORDERED, target="ended"),
    Act(
        name="provider.entered",
        body=b.ProviderEntered,
        sources=on(NEW, "listed"),
        target="listed",
    ),
    Act(name="provider.closed", body=b.Reasons, sources=on("listed"), target="closed"),
    Act(
        name="authority.entered",
        body=b.AuthorityEntered,
        sources=on(NEW, "listed"),
        target="listed",
    ),
    Act(name="authority.contacted", body=b.AuthorityContacted, sources=on("listed")),
    Act(name="authority.joined", body=b.AuthorityJoined, sources=on("listed"), target="joined"),
    Act(name="authority.closed", body=b.Reasons, sources=on("listed"), target="closed"),
    Act(
        name="agreement.entered",
        body=b.AgreementEntered,
        sources=on(NEW, "in-force"),
        target="in-force",
        due="review_by",
    ),
    Act(
        name="agreement.reviewed",
        body=b.AgreementReviewed,
        sources=on("in-force"),
        due="review_by",
    ),
    Act(name="agreement.ended", body=b.Reasons, sources=on("in-force"), target="ended"),
    Act(
        name="rights.recorded",
        body=b.RightsRecorded,
        sources=on(NEW, "recorded", "signed"),
        target="recorded",
    ),
    Act(name="rights.signed", body=b.Signed, sources=on("recorded"), target="signed"),
    Act(
        name="translation.asked",
        body=b.TranslationAsked,
        sources=on(NEW),
        target="asked",
        due="due",
    ),
    Act(
        name="translation.reassigned",
        body=b.TranslationReassigned,
        sources=on("asked", "taken", "sent-back"),
        target="asked",
    ),
    Act(
        name="translation.taken",
        body=b.TranslationTaken,
        sources=on("asked"),
        target="taken",
        hands=_TRANSLATOR,
    ),
    Act(
        name="translation.delivered",
        body=b.TranslationDelivered,
        sources=on("taken", "sent-back"),
        target="delivered",
        hands=_TRANSLATOR,
    ),
    Act(
        name="translation.sent-back",
        body=b.Reasons,
        sources=on("delivered"),
        target="sent-back",
    ),
    Act(name="translation.accepted", body=b.Remark, sources=on("delivered"), target="accepted"),
    Act(
        name="translation.withdrawn",
        body=b.Reasons,
        sources=on("asked", "taken", "delivered", "sent-back"),
        target="withdrawn",
    ),
    Act(name="letter.posted", body=b.LetterPosted, sources=on(NEW), target="posted"),
    Act(name="letter.arrived", body=b.LetterArrived, sources=on("posted"), target="arrived"),
    Act(name="letter.came-back", body=b.Reasons, sources=on("posted"), target="came-back"),
    Act(name="mail.received", body=b.MailReceived, sources=on(NEW), target="received"),
    Act(
        name="mail.transcribed",
        body=b.MailTranscribed,
        sources=on("received", "transcribed"),
        target="transcribed",
    ),
    Act(name="mail.set-aside", body=b.Reasons, sources=on("received"), target="set-aside"),
    Act(
        name="correspondence.transcribed",
        body=b.Transcript,
        sources=on(NEW, "kept"),
        target="kept",
    ),
    Act(name="recall.opened", body=b.RecallOpened, sources=on(NEW), target="opened", due="due"),
    Act(name="recall.asked", body=b.RecallAsked, sources=_RECALL, target="asked"),
    Act(
        name="recall.answered",
        body=b.RecallAnswered,
        sources=on("asked", "answered"),
        target="answered",
    ),
    Act(name="recall.closed", body=b.RecallClosed, sources=_RECALL, target="closed"),
    Act(name="call.taken", body=w.CallTaken, sources=on(NEW), target="noted", due="confirm_by"),
    Act(name="call.tried", body=w.CallTried, sources=_CALL),
    Act(name="call.called-back", body=w.CalledBack, sources=_CALL, target="called-back"),
    Act(name="call.denied", body=w.CallDenied, sources=_CALL, target="denied"),
    Act(name="call.passed-on", body=w.CallPassedOn, sources=_CALL),
    Act(name="call.confirmed", body=w.CallConfirmed, sources=_CALL, target="confirmed"),
    Act(name="call.closed", body=b.Reasons, sources=_CALL, target="closed"),
    Act(name="shift.begun", body=w.ShiftBegun, sources=on(NEW), target="begun"),
    Act(
        name="shift.handed-over",
        body=w.ShiftHandedOver,
        sources=on("begun"),
        target="handed-over",
    ),
    Act(
        name="shift.given",
        body=w.ShiftConfirmed,
        sources=on("handed-over"),
        target="given",
    ),
    Act(
        name="shift.taken-over",
        body=w.ShiftConfirmed,
        sources=on("given"),
        target="taken-over",
    ),
    Act(
        name="shift.not-taken",
        body=b.Reasons,
        sources=on("handed-over", "given"),
        target="begun",
    ),
    Act(name="shift.ended", body=b.Reasons, sources=on("begun"), target="ended"),
)
ACTS: Final = {row.name: row for row in (*_ROWS, *ROWS)}
KINDS: Final = {row.name: row for row in (*_KINDS, *PRIVACY_KINDS)}
