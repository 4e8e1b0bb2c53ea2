"""The acts of the docket: what an office does at home, when, and by whose hand; one row each.

Rule 1: a (state, act) pair that is not listed is illegal. Rule 2: code walks these rows and never
names an act elsewhere. An item is one thing with a life of its own: a slip, an order, a job.
"""

from typing import Final

from comity.docket import agreement_bodies as g
from comity.docket import bodies as b
from comity.docket import privacy_acts
from comity.docket import watch_bodies as w
from comity.docket.act import NEW, Act, Hand, Kind
from comity.docket.act import on as _on

_KINDS: Final = (
    Kind(name="note", of_case=True),
    Kind(name="referral", of_case=True, open=_on("sent", "accepted")),
    Kind(
        name="order",
        of_case=True,
        open=_on("issued", "served", "acknowledged", "complied"),
        clock="order",
        about="provider",
    ),
    Kind(name="provider", of_case=False, about="name"),
    Kind(name="authority", of_case=False, about="party"),
    Kind(name="agreement", of_case=False, open=_on("in-force"), about="party"),
    Kind(name="rights", of_case=True, open=_on("recorded"), about="conversation"),
    Kind(
        name="translation",
        of_case=True,
        open=_on("asked", "taken", "delivered", "sent-back"),
        about="source",
    ),
    Kind(name="letter", of_case=True, open=_on("posted"), about="record"),
    Kind(name="mail", of_case=False, open=_on("received"), about="original"),
    Kind(name="correspondence", of_case=True),
    Kind(name="recall", of_case=True, open=_on("opened", "asked", "answered"), clock="recall"),
    Kind(name="call", of_case=False, open=_on("noted", "called-back"), about="draft"),
    Kind(name="shift", of_case=False, open=_on("begun", "handed-over", "given"), about="officer"),
)
_TRANSLATOR: Final = frozenset({Hand.OFFICER, Hand.TRANSLATOR})
_ORDERED: Final = _on("issued", "served", "acknowledged", "complied")
_RECALL: Final = _on("opened", "asked", "answered")
_CALL: Final = _on("noted", "called-back")
_ROWS: Final = (
    Act(name="note.written", body=b.Note, sources=_on(NEW), target="written"),
    Act(name="referral.sent", body=b.ReferralSent, sources=_on(NEW), target="sent", due="due"),
    Act(
        name="referral.accepted",
        body=b.ReferralAccepted,
        sources=_on("sent"),
        target="accepted",
        due="due",
    ),
    Act(
        name="referral.returned",
        body=b.Reasons,
        sources=_on("sent", "accepted"),
        target="returned",
    ),
    Act(name="referral.done", body=b.ReferralDone, sources=_on("accepted"), target="done"),
    Act(
        name="referral.recalled",
        body=b.Reasons,
        sources=_on("sent", "accepted"),
        target="recalled",
    ),
    Act(name="order.issued", body=b.OrderIssued, sources=_on(NEW), target="issued", due="until"),
    Act(name="order.served", body=b.OrderServed, sources=_on("issued"), target="served"),
    Act(
        name="order.acknowledged",
        body=b.OrderAcknowledged,
        sources=_on("served"),
        target="acknowledged",
    ),
    Act(
        name="order.complied",
        body=b.OrderComplied,
        sources=_on("served", "acknowledged", "complied"),
        target="complied",
    ),
    Act(
        name="order.refused",
        body=b.Reasons,
        sources=_on("served", "acknowledged"),
        target="refused",
    ),
    Act(name="order.renewed", body=b.OrderRenewed, sources=_ORDERED, due="until"),
    Act(name="order.ended", body=b.Reasons, sources=_ORDERED, target="ended"),
    Act(
        name="provider.entered",
        body=b.ProviderEntered,
        sources=_on(NEW, "listed"),
        target="listed",
    ),
    Act(name="provider.closed", body=b.Reasons, sources=_on("listed"), target="closed"),
    Act(
        name="authority.entered",
        body=b.AuthorityEntered,
        sources=_on(NEW, "listed"),
        target="listed",
    ),
    Act(name="authority.contacted", body=b.AuthorityContacted, sources=_on("listed")),
    Act(name="authority.joined", body=b.AuthorityJoined, sources=_on("listed"), target="joined"),
    Act(name="authority.closed", body=b.Reasons, sources=_on("listed"), target="closed"),
    Act(
        name="agreement.entered",
        body=g.AgreementEntered,
        sources=_on(NEW, "in-force"),
        target="in-force",
        due="review_by",
    ),
    Act(
        name="agreement.reviewed",
        body=g.AgreementReviewed,
        sources=_on("in-force"),
        due="review_by",
    ),
    Act(name="agreement.ended", body=b.Reasons, sources=_on("in-force"), target="ended"),
    Act(
        name="rights.recorded",
        body=b.RightsRecorded,
        sources=_on(NEW, "recorded", "signed"),
        target="recorded",
    ),
    Act(name="rights.signed", body=b.Signed, sources=_on("recorded"), target="signed"),
    Act(
        name="translation.asked",
        body=b.TranslationAsked,
        sources=_on(NEW),
        target="asked",
        due="due",
    ),
    Act(
        name="translation.reassigned",
        body=b.TranslationReassigned,
        sources=_on("asked", "taken", "sent-back"),
        target="asked",
    ),
    Act(
        name="translation.taken",
        body=b.TranslationTaken,
        sources=_on("asked"),
        target="taken",
        hands=_TRANSLATOR,
    ),
    Act(
        name="translation.delivered",
        body=b.TranslationDelivered,
        sources=_on("taken", "sent-back"),
        target="delivered",
        hands=_TRANSLATOR,
    ),
    Act(
        name="translation.sent-back",
        body=b.Reasons,
        sources=_on("delivered"),
        target="sent-back",
    ),
    Act(name="translation.accepted", body=b.Remark, sources=_on("delivered"), target="accepted"),
    Act(
        name="translation.withdrawn",
        body=b.Reasons,
        sources=_on("asked", "taken", "delivered", "sent-back"),
        target="withdrawn",
    ),
    Act(name="letter.posted", body=b.LetterPosted, sources=_on(NEW), target="posted"),
    Act(name="letter.arrived", body=b.LetterArrived, sources=_on("posted"), target="arrived"),
    Act(name="letter.came-back", body=b.Reasons, sources=_on("posted"), target="came-back"),
    Act(name="mail.received", body=b.MailReceived, sources=_on(NEW), target="received"),
    Act(
        name="mail.transcribed",
        body=b.MailTranscribed,
        sources=_on("received", "transcribed"),
        target="transcribed",
    ),
    Act(name="mail.set-aside", body=b.Reasons, sources=_on("received"), target="set-aside"),
    Act(
        name="correspondence.transcribed",
        body=b.Transcript,
        sources=_on(NEW, "kept"),
        target="kept",
    ),
    Act(name="recall.opened", body=b.RecallOpened, sources=_on(NEW), target="opened", due="due"),
    Act(name="recall.asked", body=b.RecallAsked, sources=_RECALL, target="asked"),
    Act(
        name="recall.answered",
        body=b.RecallAnswered,
        sources=_on("asked", "answered"),
        target="answered",
    ),
    Act(name="recall.closed", body=b.RecallClosed, sources=_RECALL, target="closed"),
    Act(name="call.taken", body=w.CallTaken, sources=_on(NEW), target="noted", due="confirm_by"),
    Act(name="call.tried", body=w.CallTried, sources=_CALL),
    Act(name="call.called-back", body=w.CalledBack, sources=_CALL, target="called-back"),
    Act(name="call.denied", body=w.CallDenied, sources=_CALL, target="denied"),
    Act(name="call.passed-on", body=w.CallPassedOn, sources=_CALL),
    Act(name="call.confirmed", body=w.CallConfirmed, sources=_CALL, target="confirmed"),
    Act(name="call.closed", body=b.Reasons, sources=_CALL, target="closed"),
    Act(name="shift.begun", body=w.ShiftBegun, sources=_on(NEW), target="begun"),
    Act(
        name="shift.handed-over",
        body=w.ShiftHandedOver,
        sources=_on("begun"),
        target="handed-over",
    ),
    Act(
        name="shift.given",
        body=w.ShiftConfirmed,
        sources=_on("handed-over"),
        target="given",
    ),
    Act(
        name="shift.taken-over",
        body=w.ShiftConfirmed,
        sources=_on("given"),
        target="taken-over",
    ),
    Act(
        name="shift.not-taken",
        body=b.Reasons,
        sources=_on("handed-over", "given"),
        target="begun",
    ),
    Act(name="shift.ended", body=b.Reasons, sources=_on("begun"), target="ended"),
)
ACTS: Final = {row.name: row for row in (*_ROWS, *privacy_acts.ROWS)}
KINDS: Final = {row.name: row for row in (*_KINDS, *privacy_acts.KINDS)}

__all__ = ["ACTS", "KINDS", "NEW", "Act", "Hand", "Kind"]
