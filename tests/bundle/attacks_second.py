"""Second signatures that follow a message: good ones, and those that a partner made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tests.bundle.attack import Attack, Files
from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of
from tests.bundle.parties import MODE, officer
from tests.exchange.makers import seed

from comity.canonical import digest_text
from comity.exchange import Draft, Message, Section
from comity.exchange.approvals import SECTION, TYPE

ABSENT, THERE = "second-approval unknown", f"second-approval attested {VN}"
NOWHERE = digest_text(seed("a message that never was"))


def attacks() -> Iterator[Attack]:
    """Yield every case: VN sends a preservation with one signature, and a second one later."""
    never = ("second-approval attested",)
    name = "a message with one signature of two, and a second one later"
    yield Attack(name, "short", _twice(ZA), 0, "", 0, shows=(THERE,))
    name = "a second signature by the partner for a message that never was"
    lie = _twice(ZA, about=NOWHERE)
    yield Attack(name, "short", lie, 0, "", 0, shows=(ABSENT,), never=never)
    name = "a second signature by the partner that is no approver's"
    yield Attack(name, "short", _twice(ZA, "author"), 0, "", 0, shows=(ABSENT,), never=never)
    name = "a second signature by the exporter that is no approver's"
    yield Attack(name, "short", _twice(VN, "author"), 4, "countersignature-unfit")
    name = "a second signature by the exporter for a message that never was"
    yield Attack(name, "short", _twice(VN, about=NOWHERE), 4, "bundle-message-missing")


def countersignature(earlier: Message, role: str) -> dict[str, Section]:
    """Return the section that brings the approval of an officer of a role."""
    draft = earlier.draft
    expires = draft.sent_at + timedelta(hours=8)
    approval = officer(draft.author, role).approve(draft, mode=MODE, role=role, expires_at=expires)
    return {SECTION: Section(seed(f"second {role}"), {"approval": approval})}


def _twice(exporter: str, role: str = "approver", *, about: str | None = None) -> Files:
    """Return the bundle of a party; the second signature is of an officer of that role."""
    story = Story()
    asked = story.say(VN, "request.submitted", roles=("author",))

    def change(draft: Draft) -> Draft:
        return replace(draft, about=about or asked.content)

    sections = countersignature(asked, role)
    story.say(VN, TYPE, conversation=asked.content, sections=sections, change=change)
    return bundle_of(case_of(story, exporter))
