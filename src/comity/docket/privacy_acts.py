"""The acts of data protection, one row each, as in `acts`."""

from typing import Final

from comity.docket import bodies as b
from comity.docket import privacy_bodies as p
from comity.docket.act import NEW, Act, Hand, Kind, on

_DECIDES: Final = frozenset({Hand.APPROVER})
_ASKED: Final = on("registered", "extended")
_TELLING: Final = on("owed", "delayed")
_BREACH: Final = on("found", "reported")
_RELEASE: Final = on("drawn-up", "listing")

KINDS: Final = (
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
