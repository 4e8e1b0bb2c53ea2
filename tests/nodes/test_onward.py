"""Evidence of one State does not go on to another by any way round, unless its sender consented."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.exchange.makers import BODIES, T0, VN, ZA, text
from tests.guards import begin_anew
from tests.nodes.test_clocks import Office as Register
from tests.worlds import build_world

from comity.canonical import digest_text, new_id
from comity.demo.world import ASKED, ASKING, World
from comity.evidence import age_keys
from comity.evidence import custody as chains
from comity.evidence.custody import Related
from comity.files.sealing import SealOrder, seal
from comity.node.compose.onward_exceptions import except_
from comity.node.compose.pages import review
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node
from comity.node.core.partner_http import PartnerClient
from comity.node.evidence import custody, onward_transfer, packages, use_limits
from comity.node.evidence.transfer.fetch import Fetcher
from comity.node.log.group_commit import Committed, Committer
from comity.node.log.store import Batch
from comity.node.messages import drafts
from comity.node.messages.drafts import DraftStageError, OnwardBlockedError
from comity.node.models import (
    Conversation,
    DraftRow,
    Exhibit,
    MessageRow,
    Officer,
    Package,
    SectionRow,
)
from comity.node.service.handle import make_service
from comity.node.web.section_labels import code_label

pytestmark = pytest.mark.django_db

KE = "ke/central-authority"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("onward"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    """Viet Nam's node."""
    begin_anew(world.places[ASKING].config)
    return load_node(world.places[ASKING].config.folder)


class Came:
    """Viet Nam asked South Africa, and a package came."""

    def __init__(self) -> None:
        self.register = Register(VN)
        self.conversation = self.register.ask(T0, confidential=False)
        self.register.say("request.acknowledged", self.conversation, T0)
        self.offer = offered()
        keep(self.offer, self.conversation, outgoing=False)
        self.exhibit = str(self.offer["exhibit"])

    def conditions(self) -> str:
        return self.register.say("conditions.set", self.conversation, T0)

    def use(self, answer: str = "", *, purpose: str = "onward-transfer", to: str = KE) -> None:
        """Let Viet Nam ask for a use, and South Africa answer."""
        use = {"purpose": purpose, "to": to, "reasons": text()}
        asked = self.say("use.consent-asked", use=use)
        if answer:
            self.say(f"use.consent-{answer}", asked)

    def say(self, kind: str, about: str | None = None, **values: Any) -> str:
        return self.register.say(kind, self.conversation, T0, about=about, **values)


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> Came:
    monkeypatch.setattr(
        "tests.nodes.test_clocks.ASKERS",
        {"use.consent-asked", "conditions.accepted", "conditions.refused"},
    )
    return Came()


def offered(**changes: Any) -> dict[str, Any]:
    """Return an offer of a package that nobody has seen."""
    fresh = {name: digest_text(os.urandom(32)) for name in ("root", "file_list", "tag_manifest")}
    exhibit = new_id(now(), os.urandom(10))
    return {**BODIES["offer"], **fresh, "exhibit": exhibit, **changes}


def keep(offer: dict[str, Any], conversation: str, *, outgoing: bool) -> Package:
    return Package.objects.create(
        root=offer["root"],
        exhibit=offer["exhibit"],
        conversation=conversation,
        offer=offer,
        outgoing=outgoing,
        stage=Package.Stage.STORED,
        changed_at=now(),
    )


def drafted(offer: dict[str, Any], *to: str) -> DraftRow:
    """Return a draft that offers evidence, as the page and the API make it."""
    return DraftRow.objects.create(
        id=new_id(now(), os.urandom(10)),
        conversation="",
        type="evidence.offered",
        fields={"members": sorted({VN, *(to or (KE,))})},
        sections={"offer": {"salt": "", "value": offer}},
        made_by="author",
        made_at=now(),
    )


def made_from(parent: str, part: str | None = None) -> str:
    """Return a part or copy of an exhibit, as both chains tell it."""
    made = new_id(now(), os.urandom(10))
    facts: dict[str, Any] = {"at": now(), "party": VN, "by": "officer", "reason": "For the court"}
    event, _ = chains.append(
        chains.verify([]),
        exhibit=made,
        event="derived",
        digest_before=os.urandom(32),
        related=Related(exhibit=parent, name=part),
        **facts,
    )
    custody.keep([event])
    return made


def blocked(node: Node, row: DraftRow) -> bool:
    """Tell whether the one gate before the signature stops a draft."""
    try:
        drafts._check_onward(node, row)
    except OnwardBlockedError:
        return True
    return False


# ------------------------------------------------------------------ what is stopped


def test_evidence_does_not_go_on_to_a_third_state_without_consent(node: Node, came: Came) -> None:
    with pytest.raises(OnwardBlockedError) as caught:
        drafts._check_onward(node, drafted(came.offer))
    said = str(caught.value)
    assert came.exhibit in said
    assert ZA in said
    assert KE in said
    assert "use.consent-asked" in said
    assert came.conversation in said


def test_a_part_of_a_part_is_stopped_like_the_whole(node: Node, came: Came) -> None:
    part = made_from(made_from(came.exhibit, "mail.mbox"))
    assert blocked(node, drafted(offered(exhibit=part)))


def test_the_copy_that_stayed_is_stopped(node: Node, came: Came) -> None:
    kept = new_id(now(), os.urandom(10))
    Exhibit.objects.create(exhibit=kept, kept_of=came.exhibit, root=came.offer["root"])
    assert blocked(node, drafted(offered(exhibit=made_from(kept))))


def sealed(folder: Path, files: dict[str, bytes], **changes: Any) -> dict[str, Any]:
    """Return the offer of files that are really sealed: with a new key, salt and exhibit."""
    source = folder / os.urandom(4).hex()
    source.mkdir(parents=True)
    for name, data in files.items():
        (source / name).write_bytes(data)
    order = SealOrder(
        sources=(source,),
        recipients=(age_keys.generate(os.urandom).recipient,),
        sealed_at=now(),
        mode="exercise",
    )
    report = seal(order, source.with_suffix(".age"))
    exhibit = new_id(now(), os.urandom(10))
    return {**report.offer(exhibit=exhibit, description=("en", "x")).to_value(), **changes}


MAIL = {"mail.mbox": b"From: a suspect\n" * 40, "list.csv": b"account,iban\n"}
RENAMED = {"a.bin": MAIL["list.csv"], "b.bin": MAIL["mail.mbox"]}


@pytest.fixture
def sealed_came(came: Came, tmp_path: Path) -> Came:
    """South Africa's package of `MAIL`, really sealed."""
    came.offer = sealed(tmp_path, MAIL)
    keep(came.offer, came.conversation, outgoing=False)
    return came


@pytest.mark.parametrize("files", [MAIL, RENAMED])
def test_the_same_files_sealed_again_under_another_name_are_stopped(
    node: Node, sealed_came: Came, tmp_path: Path, files: dict[str, bytes]
) -> None:
    again = sealed(tmp_path, files)
    for name in ("exhibit", "root", "tag_manifest"):
        assert again[name] != sealed_came.offer[name], "sealing twice gives another package"
    assert blocked(node, drafted(again))


def test_other_files_go_where_they_are_sent(node: Node, sealed_came: Came, tmp_path: Path) -> None:
    assert not blocked(node, drafted(sealed(tmp_path, {"mail.mbox": b"our own"})))


def test_the_very_bytes_under_another_exhibit_are_stopped(node: Node, came: Came) -> None:
    assert blocked(node, drafted(offered(root=came.offer["root"])))


def test_one_addressee_of_another_state_is_enough(node: Node, came: Came) -> None:
    assert blocked(node, drafted(came.offer, ZA, KE))


@pytest.mark.parametrize("to", [ZA, "za/police", "vn/court"])
def test_it_goes_back_and_stays_at_home_without_asking(node: Node, came: Came, to: str) -> None:
    assert not blocked(node, drafted(came.offer, to))


def test_our_own_evidence_goes_where_we_send_it(node: Node, came: Came) -> None:
    own = offered()
    keep(own, came.conversation, outgoing=True)
    assert not blocked(node, drafted(own))


# ------------------------------------------------------------------ consent


def test_consent_for_that_party_lets_it_go(node: Node, came: Came) -> None:
    came.use("given")
    assert not blocked(node, drafted(came.offer))
    assert not blocked(node, drafted(offered(exhibit=made_from(came.exhibit))))


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        ("", {}),
        ("refused", {}),
        ("given", {"to": "ke/police"}),
        ("given", {"to": "un/secretariat"}),
        ("given", {"purpose": "other-proceedings"}),
        ("given", {"purpose": "exculpatory"}),
    ],
)
def test_no_other_answer_lets_it_go(
    node: Node, came: Came, answer: str, changes: dict[str, str]
) -> None:
    came.use(answer, **changes)
    assert blocked(node, drafted(came.offer))


def test_consent_that_was_refused_since_counts_no_more(node: Node, came: Came) -> None:
    came.use("given")
    came.use("refused")
    assert blocked(node, drafted(came.offer))


def test_consent_in_another_conversation_is_none(node: Node, came: Came) -> None:
    first = came.conversation
    came.conversation = came.register.ask(T0)
    came.say("request.acknowledged")
    came.use("given")
    assert use_limits.in_conversation(came.conversation).consented("onward-transfer", to=KE)
    came.conversation = first
    assert blocked(node, drafted(came.offer))


def test_consent_without_effect_is_none(node: Node, came: Came) -> None:
    """A message that is held, or illegal, is no consent; here nobody had asked."""
    came.use("given")
    given = MessageRow.objects.get(type="use.consent-given")
    MessageRow.objects.filter(type="use.consent-asked").delete()
    assert given.standing == "applied"
    assert blocked(node, drafted(came.offer))


def test_what_the_consent_was_for_is_erased_and_it_counts_no_more(node: Node, came: Came) -> None:
    came.use("given")
    SectionRow.objects.filter(name="use").update(salt=None, value=None)
    assert blocked(node, drafted(came.offer))


def test_refusing_the_conditions_frees_nothing(node: Node, came: Came) -> None:
    came.say("conditions.refused", came.conditions())
    assert blocked(node, drafted(came.offer))


# ------------------------------------------------------------------ what is shown


def test_a_part_carries_the_limits_of_what_it_came_from(node: Node, came: Came) -> None:
    source = came.conditions()
    came.say("conditions.accepted", source)
    (bound,) = use_limits.bounds(node, made_from(came.exhibit, "mail.mbox"))
    assert (bound.exhibit, bound.conversation, bound.came) == (
        came.exhibit,
        came.conversation,
        True,
    )
    assert bound.source == (ZA,)
    assert [(one.kind, one.source, one.by, one.standing) for one in bound.found.limits] == [
        ("use-limitation", source, ZA, "accepted")
    ]


def test_who_sent_evidence_sees_the_conditions_it_set(node: Node, came: Came) -> None:
    came.conditions()
    own = offered()
    keep(own, came.conversation, outgoing=True)
    (bound,) = use_limits.bounds(node, own["exhibit"])
    assert not bound.came
    assert [one.kind for one in bound.found.limits] == ["use-limitation"]


def test_an_offer_in_a_conversation_that_is_not_here_hides_no_limits(
    node: Node, came: Came
) -> None:
    came.conditions()
    before = use_limits.all_of(node, came.exhibit)
    keep(offered(exhibit=came.exhibit), digest_text(os.urandom(32)), outgoing=False)
    assert before
    assert use_limits.all_of(node, came.exhibit) == before
    assert blocked(node, drafted(came.offer))


def test_a_package_whose_conversation_is_not_here_keeps_no_other_from_coming(node: Node) -> None:
    key = age_keys.generate(os.urandom).recipient
    early = keep(offered(recipients=[str(key)]), digest_text(os.urandom(32)), outgoing=False)
    Package.objects.filter(pk=early.pk).update(stage=Package.Stage.WANTED)
    committer = Committer(node)
    committer.open()
    assert Fetcher(node, committer, PartnerClient(node)).step() == 0
    early.refresh_from_db()
    assert (early.stage, early.last_fault) == (Package.Stage.WANTED, "package-stalled")


class Meanwhile(Committer):
    """A committer to which somebody else's act comes first."""

    def __init__(self, node: Node, act: Callable[[], object]) -> None:
        super().__init__(node)
        self.open()
        self.act = act

    def run[T](self, work: Callable[[Batch], T]) -> Committed[T]:
        self.act()
        return super().run(work)


def test_an_exception_undoes_nothing_that_was_decided_meanwhile(node: Node, came: Came) -> None:
    user = get_user_model().objects.create_user(username="approver")
    officer = Officer.objects.create(user_id=user.pk, identifier="o-1", role="approver")
    values = {name: BODIES[name] for name in ("request", "subject", "grounds")}
    row = drafts.prepare(
        node, message_type="request.submitted", values=values, by="author", members=(ASKED,)
    )
    rows = DraftRow.objects.filter(id=row.id)
    like = drafted(came.offer)
    rows.update(sections=like.sections, fields={**row.fields, **like.fields})

    def excepted(**change: Any) -> DraftRow:
        made = replace(make_service(node), committer=Meanwhile(node, lambda: rows.update(**change)))
        except_(made, row.id, officer=officer, reasons="The court waits.")
        return rows.get()

    kept = excepted(law={"facts": {"a": 1}}).law
    assert kept["facts"] == {"a": 1}
    assert kept["onward"]["reasons"] == "The court waits."
    with pytest.raises(DraftStageError):
        excepted(stage=DraftRow.Stage.QUEUED, law={})
    assert rows.get().law == {}


def test_a_circle_of_exhibits_ends(node: Node, came: Came) -> None:
    one = made_from(came.exhibit)
    Exhibit.objects.create(exhibit=came.exhibit, kept_of=one)
    assert set(use_limits.lineage(one)) == {one, came.exhibit}


# ------------------------------------------------------------------ to whom bytes are given


def test_bytes_go_to_those_they_were_offered_to_and_not_to_those_they_were_handed_in_for(
    node: Node, came: Came
) -> None:
    """Handed in for Kenya's case, offered to South Africa: Kenya may not fetch it."""
    elsewhere = Conversation.objects.create(
        digest="sha256:" + "77" * 32,
        opener=KE,
        members=[KE, VN],
        type="request.submitted",
        case="2026-000009",
        main="accepted",
        opened_at=T0,
        moved_at=T0,
    )
    row = keep(offered(), elsewhere.digest, outgoing=True)
    assert packages.addressees(node, row) == frozenset()
    message = MessageRow.objects.get(type="request.acknowledged")
    MessageRow.objects.filter(pk=message.pk).update(
        type="evidence.offered", outgoing=True, recorded_at=now()
    )
    SectionRow.objects.create(record=message.record, name="offer", salt=b"x" * 32, value=row.offer)
    assert packages.addressees(node, row) == {ZA}
    Package.objects.filter(pk=row.pk).update(offered_in=message.content)
    for stranger in (KE, VN):
        with pytest.raises(packages.PackageForeignError):
            packages.offered_to(node, stranger, row.root)
    with CaptureQueriesContext(connection) as asked:
        assert packages.offered_to(node, ZA, row.root).pk == row.pk
    told = [one["sql"] for one in asked.captured_queries]
    assert not [sql for sql in told if "node_sectionrow" in sql], "every section, at each range"
    MessageRow.objects.filter(pk=message.pk).update(standing="refused:policy")
    with pytest.raises(packages.PackageForeignError):
        packages.offered_to(node, ZA, row.root)


# ------------------------------------------------------------------ on the pages


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_page_names_the_limit_its_author_and_that_it_goes_on_by_consent(
    node: Node, came: Came, lang: str
) -> None:
    came.conditions()
    came.use("given")
    bound = use_limits.bounds(node, made_from(came.exhibit))
    with translation.override(lang):
        shown = render_to_string("evidence/bound.html", {"bound": bound})
        assert str(code_label("conditions", "conditions.kind", "use-limitation")) in shown
    assert ZA in shown
    assert KE in shown
    assert BODIES["conditions"]["conditions"][0]["text"]["text"] in shown
    if lang == "en":
        assert "Use limitation" in shown
        assert "Transfer to another State needs their consent" in shown


def test_a_stopped_draft_says_who_and_where_to_ask_and_cannot_be_sent(
    node: Node, came: Came
) -> None:
    row = drafted(came.offer)
    found = {"stops": onward_transfer.stops(node, row), "blocked": True, "excepted": None}
    stand = review.Stand(
        open=True,
        sendable=True,
        wanted=False,
        passkey=False,
        held=True,
        editable=False,
        restorable=False,
    )
    context = {"row": row, "onward": found, "stand": stand, "can": {"SEND": True}}
    context["first"] = stand.first(sends=True, drafts=False)
    shown = render_to_string("compose/draft.html", context)
    assert f"is from {ZA}" in shown
    assert f"its transfer to {KE}" in shown
    assert "/use.consent-asked" in shown
    send = reverse("send", args=[row.id])
    assert send not in shown
    let_go = {**context, "stand": replace(stand, held=False)}
    assert send in render_to_string("compose/draft.html", let_go), (
        "only what holds it back hides it"
    )
    with_right = render_to_string("compose/draft.html", {**context, "can": {"OVERRIDE": True}})
    assert "Approve transfer" in with_right
    assert "Approve transfer" not in shown
