"""No message, page, search or alarm costs more than it did: statements and calls, counted."""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.test import Client
from tests.docket.conftest import DeskOffice, text
from tests.exchange.makers import T0, VN, ZA, World, parcel_of, sections_of
from tests.speed.counting import Cost, counted, over_budget

from comity.exchange import Message, accept
from comity.exchange.accept import check_bodies
from comity.node.core.clock import now
from comity.node.duty import alarm_causes
from comity.node.federation import receive_message
from comity.node.messages import drafts
from comity.node.models.people import SIGNED
from comity.node.people.signin.sessions import PASSKEY

STORIES: Final = (
    ("consultation.note", "<consultation.note"),
    ("contact.ping", "<contact.answered"),
    ("information.shared",),
    (
        "request.submitted",
        "<request.acknowledged",
        "request.status-asked",
        "<request.status-given",
        "<request.clarification-asked",
        "request.clarified",
        "request.amended",
        "<request.accepted",
        "<preservation.confirmed",
        "request.withdrawn",
    ),
    ("request.submitted", "<request.acknowledged", "<request.refused", "request.closed"),
    ("assistance.needed",),
    ("table.called", "<table.answered"),
)
"""Types in the order in which they come; ``<`` stands before those that the office sends."""
OPENING_ABOUT: Final = ("request.status-given", "request.extended")
"""Types that answer the message before them by name."""
MANY: Final = 25
"""Cases more, which a list must show with the same number of statements."""
PAGES: Final = ("/", "/my-work", "/watch", "/drafts", "/health", "/audit", "/duty")


class Talk:
    """A partner and the office, their messages recorded as the node records them."""

    def __init__(self, office: DeskOffice, world: World) -> None:
        self._office = office
        self._world = world
        self._known: list[Message] = []
        self._at = T0

    def say(self, step: str) -> Cost:
        """Write a message and count what recording it costs."""
        ours, message_type = step.startswith("<"), step.removeprefix("<")
        self._at += timedelta(seconds=1)
        sections = sections_of(message_type)
        author = ZA if ours else VN
        if self._known:
            about = self._known[-1].content if message_type in OPENING_ABOUT else None
            draft = self._world.reply(message_type, author=author, known=self._known,
                                      about=about, now=self._at, sections=sections)  # fmt: skip
        else:
            draft = self._world.open(message_type, author=author, now=self._at, sections=sections)
        message = self._world.sign(draft)
        self._known.append(message)
        with counted() as cost:
            (self._send if ours else self._take)(message, sections)
        return cost

    def _take(self, message: Message, sections: Any) -> None:
        node = self._office.node
        decision = accept(parcel_of(message, sections), self._world.registry, us=ZA,
                          received_at=self._at)  # fmt: skip
        done = self._office.committer.run(
            lambda batch: receive_message.record_received(
                node, batch, decision, known=None, received_at=self._at, via="push"
            )
        )
        assert done.value[0].outcome == "applied", (message.draft.type, done.value[0].outcome)

    def _send(self, message: Message, sections: Any) -> None:
        bodies = check_bodies(message.draft, sections)
        self._office.committer.run(
            lambda batch: drafts.record_sent(
                self._office.node,
                batch,
                message,
                sections=sections,
                bodies=bodies,
                at=self._at,
                second_due=None,
            )
        )


def test_no_message_costs_more_than_its_budget(office: DeskOffice) -> None:
    costs: dict[str, Cost] = {}
    world = World(VN, ZA, mode=office.node.config.mode)
    for _ in range(2):  # what is remembered after the first time is not counted
        for number, story in enumerate(STORIES):
            talk = Talk(office, world)
            for step in story:
                costs[f"{number} {step}"] = talk.say(step)
    assert not over_budget("message", costs)


def signed_in(office: DeskOffice, who: str) -> Client:
    client, stamp = Client(headers={"host": "localhost"}), now().timestamp()
    client.force_login(office.people[who].user)
    session = client.session
    role = office.people[who].role
    session[SIGNED] = {"at": stamp, "seen": stamp, "role": role, "way": PASSKEY, "client": ""}
    session.save()
    return client


def visited(office: DeskOffice, pages: tuple[str, ...]) -> dict[str, Cost]:
    """Return what each page costs at its second visit."""
    costs = {}
    for who in ("case", "approver", "auditor"):
        client = signed_in(office, who)
        for page in pages:
            if client.get(page).status_code != 200:
                continue  # not for this role
            with counted() as cost:
                client.get(page)
            costs[f"{page} {who}"] = cost
    return costs


def test_no_page_costs_more_than_its_budget_or_more_with_more_cases(office: DeskOffice) -> None:
    first = office.written()
    pages = (*PAGES, f"/cases/{first.case}", f"/conversations/{first.digest}")
    office.written()
    few = visited(office, pages)
    assert len(few) > len(PAGES), sorted(few)
    named = {name.replace(first.case, "N").replace(first.digest, "N"): cost
             for name, cost in few.items()}  # fmt: skip
    for _ in range(MANY):
        office.written()
    many = visited(office, pages)
    grown = {
        name: (few[name].statements, cost.statements)
        for name, cost in many.items()
        if cost.statements > few[name].statements
    }
    assert not over_budget("page", named)
    assert not grown


def test_no_search_costs_more_than_its_budget(office: DeskOffice) -> None:
    thread = office.written()
    office.do("note.written", {"text": text("Appel de 王芳, Иванов, محمد")}, case=thread.case)
    client = signed_in(office, "case")
    costs = {}
    for words in ("nothing-at-all", "courriels", "王芳", "Ivanov", "DKR-44/2026", thread.case):
        client.get("/search", {"q": words})
        with counted() as cost:
            assert client.get("/search", {"q": words}).status_code == 200
        costs[words] = cost
    assert not over_budget("search", costs)


def test_no_alarm_costs_more_than_its_budget(office: DeskOffice) -> None:
    def look() -> Cost:
        with counted() as cost, transaction.atomic():
            alarm_causes.causes(office.node, T0 + timedelta(minutes=2))
        return cost

    look()
    costs = {"nothing": look()}
    world = World(VN, ZA, mode=office.node.config.mode)
    Talk(office, world).say("request.submitted")
    costs["one request"] = look()
    for _ in range(MANY):
        Talk(office, world).say("request.submitted")
    costs["many requests"] = look()
    assert costs["many requests"].statements == costs["one request"].statements
    assert not over_budget("alarm", costs)
