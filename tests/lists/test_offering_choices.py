"""What may be handed over stands in the form; what was destroyed in its chain does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice, asks

from comity.canonical import parse_digest
from comity.demo.world import ASKED, ASKING
from comity.evidence.custody import Event, Head
from comity.evidence.custody import append as continued
from comity.node.core.clock import now
from comity.node.evidence import custody, offers
from comity.node.evidence.custody import (
    CustodyAwayError,
    CustodyForbiddenError,
    PackageDestroyedError,
)
from comity.node.evidence.exhibit_list import Wanted, lines
from comity.node.evidence.pages.listing import next_of
from comity.node.models import Conversation, Officer, Package
from comity.node.people.access.visible_cases import circle_of

pytestmark = pytest.mark.django_db
type Desk = Callable[[Officer], Client]


def exhibit(number: int) -> str:
    return f"018f0000-0000-7000-8000-{number:012x}"


def sealed(
    number: int, conversation: str, *, at: datetime, past: str = "acquired sealed"
) -> Package:
    """Return a package of ours whose chain tells a past: ``event`` ours, ``event!`` theirs."""
    root, name = f"sha256:{number:064x}", exhibit(number)
    bare = parse_digest(root)
    events: list[Event] = []
    head = Head(count=0, digest=None)
    for place, word in enumerate(past.split()):
        event = word.removesuffix("!")
        made, head = continued(
            head,
            exhibit=name,
            event=event,
            at=at + timedelta(seconds=place),
            party=ASKING if word.endswith("!") else ASKED,
            by="officer-x",
            reason="x",
            digest_before=None if event == "acquired" else bare,
            digest_after=None if event == "destroyed" else bare,
        )
        events.append(made)
    custody.keep(events)
    return Package.objects.create(
        root=root,
        exhibit=name,
        conversation=conversation,
        offer={
            "root": root,
            "exhibit": name,
            "file_list": f"sha256:{number + 10**6:064x}",
            "tag_manifest": f"sha256:{number + 2 * 10**6:064x}",
            "files": 3,
            "recipients": [],
            "sealed_size_bytes": 9,
            "description": {"lang": "en", "text": f"Mailbox {number}"},
        },
        outgoing=True,
        stage=Package.Stage.SEALED,
        changed_at=at,
    )


@pytest.mark.parametrize("event", ["offered", "received", "returned", "destroyed"])
@pytest.mark.parametrize(
    ("past", "fault"),
    [
        ("", None),
        ("acquired sealed", None),
        ("acquired sealed offered", None),
        ("acquired sealed held", None),
        ("acquired sealed offered received!", CustodyAwayError),
        ("acquired sealed offered received! returned!", None),
        ("acquired sealed destroyed", PackageDestroyedError),
        ("acquired sealed offered received! destroyed!", PackageDestroyedError),
    ],
)
def test_the_forecast_is_what_the_hand_over_says(
    office: DeskOffice, past: str, fault: type[Exception] | None, event: str
) -> None:
    package = sealed(1, "sha256:" + "0" * 64, at=now() - timedelta(hours=1), past=past)
    said = custody.stands_against(custody.chain(package.exhibit), event=event, party=ASKED)
    wanted: Any = fault
    if event == "destroyed" and past.endswith(" destroyed"):
        wanted = None  # it reports the destruction that stands there
    elif event == "destroyed" and past.endswith("held"):
        wanted = CustodyForbiddenError
    assert said == ("" if wanted is None else wanted.code)
    try:
        custody.handover(
            package.exhibit, event=event, at=now(), party=ASKED, by="x", reason="x",
            root=parse_digest(package.root),
        )  # fmt: skip
        done = True
    except (CustodyAwayError, CustodyForbiddenError):
        done = False
    assert done == (said == "")


@pytest.fixture
def both(office: DeskOffice) -> Conversation:
    """Return a conversation with one package that may be offered, and one that was destroyed."""
    row, at = asks(office), now() - timedelta(minutes=50)
    sealed(1, row.digest, at=at)
    sealed(2, row.digest, at=at, past="acquired sealed destroyed")
    return row


def test_what_was_destroyed_by_hand_is_no_choice_and_is_shown_as_destroyed(
    office: DeskOffice, desk: Desk, both: Conversation
) -> None:
    client, address = desk(office.people["case"]), f"/conversations/{both.digest}/evidence.offered"
    shown = client.get(address).text
    assert f'<option value="sha256:{1:064x}"' in shown
    assert f'<option value="sha256:{2:064x}"' not in shown
    (note,) = [part for part in shown.split("<p ") if exhibit(2) in part]
    assert "Not to be handed over" in note
    assert "The exhibit was destroyed" in note
    posted = {
        "lang-lang": "en", "package-package": f"sha256:{2:064x}", "package-reason": "As asked",
    }  # fmt: skip
    answer = client.post(address, posted)
    assert answer.status_code == 422
    assert "package-destroyed" not in answer.text
    assert exhibit(2) in answer.text


def test_the_form_of_another_conversation_does_not_name_it(
    office: DeskOffice, desk: Desk, both: Conversation
) -> None:
    other = "sha256:" + "e" * 64
    Conversation.objects.filter(digest=both.digest).update(digest=other)
    Package.objects.update(conversation=other)
    second = asks(office)
    shown = desk(office.people["case"]).get(f"/conversations/{second.digest}/evidence.offered").text
    assert f'<option value="sha256:{1:064x}"' in shown
    assert exhibit(2) not in shown


def test_the_list_does_not_say_to_offer_it(office: DeskOffice, both: Conversation) -> None:
    circle = circle_of(office.people["case"], at=now())
    found, _ = lines(Wanted(), seen=circle.packages(), threads=circle.conversations())
    said = {line.package.exhibit: next_of(line) for line in found}
    assert said == {exhibit(1): "offer", exhibit(2): ""}


def test_a_whole_form_asks_for_the_chains_once(
    office: DeskOffice, both: Conversation, django_assert_num_queries: Any
) -> None:
    for number in range(3, 30):
        sealed(number, both.digest, at=now() - timedelta(minutes=40))
    found = offers.to_offer(circle_of(office.people["case"], at=now()), both.digest)
    with django_assert_num_queries(1):
        ready, withheld = offers.sorted_out(found, event="offered", party=ASKED)
    assert (len(ready), [code for _one, code in withheld]) == (28, ["package-destroyed"])
