"""Vectors of what nodes ask and answer, each held against its JSON Schema."""

from typing import Any

from tests.exchange.makers import T0, VN, ZA, World, key, sections_of
from tests.exchange.test_receipts import make_scene
from tests.origins import origin_of
from tests.spec import vectors_sections
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import b64, decode, encode, time_text
from comity.exchange import write_parcel
from comity.keys import jws
from comity.ledger.successor import LogOrigin, Successor

HASH = b64(bytes(range(32)))
PROBLEM: dict[str, Any] = {
    "code": "over-quota",
    "detail": "this party may send 100 messages an hour",
    "retryable": True,
    "status": 429,
    "title": "Too Many Requests",
    "type": "about:blank",
}
INDEX = {
    "from": VN,
    "made_at": "2026-01-01T00:00:00Z",
    "mode": "live",
    "protocol": "comity/1",
    "to": ZA,
}
TOKEN = {"expires_at": "2026-01-01T00:00:00Z", "token": "comity_log_AbC-d_e"}
SOURCE = "spec 13.2"


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "answers": wrap(
            "match-schema",
            "Hold `document` against the JSON Schema `schema` of spec/schemas; `mismatch` where it "
            "does not fit.",
            answers(),
        )
    }


def sections() -> dict[str, Any]:
    """Return the file of the sections' values, which stands beside the envelopes."""
    return wrap(
        "match-schema",
        "Hold the value of a section, `document`, against its JSON Schema; `mismatch` where it "
        "does not fit. A sample is a sample: it need not be sensible.",
        vectors_sections.vectors(),
    )


def answers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def add(schema: str, name: str, document: Any, expect: str, source: str = SOURCE) -> None:
        value = {"schema": f"transport/{schema}", "document": document}
        found.append(vector(f"{schema}: {name}", value, expect, source))

    def bad(schema: str, source: str = SOURCE, **documents: Any) -> None:
        for name, document in documents.items():
            add(schema, name.replace("_", " "), document, "mismatch", source)

    scene = make_scene()
    note = scene.receipt.checkpoint
    _outbox(add, bad)
    add("consistency", "between two sizes", {"path": [HASH, HASH]}, "ok")
    add("consistency", "between a size and itself", {"path": []}, "ok")
    bad(
        "consistency",
        a_hash_of_31_bytes={"path": [b64(bytes(31))]},
        padded={"path": [HASH + "="]},
        more_than_a_tree_is_high={"path": [HASH] * 65},
        no_path={},
        a_list=[HASH],
        a_foreign_member={"path": [], "size": 3},
    )
    add("checkpoint", "one that it holds", {"checkpoint": note}, "ok")
    add("checkpoint", "none", {"checkpoint": None}, "ok")
    bad(
        "checkpoint",
        the_note_alone=note,
        empty={"checkpoint": ""},
        of_an_empty_tree={"checkpoint": note.replace("\n9\n", "\n0\n")},
        not_said={},
    )
    add("checkpoint-question", "a party", VN, "ok")
    bad("checkpoint-question", in_upper_case="VN/contact-point", an_object={"party": VN})
    _epochs(scene, add, bad)
    _recovery(scene, add, bad)
    add("log-token", "a token", TOKEN, "ok")
    bad(
        "log-token",
        without_an_end={"token": "x"},
        a_blank_in_it={**TOKEN, "token": "a b"},
        a_time_with_a_zone={**TOKEN, "expires_at": "2026-01-01T00:00:00+00:00"},
        the_token_alone="comity_log_AbC-d_e",
    )
    _problems(add, bad)
    return found


def _outbox(add: Any, bad: Any) -> None:
    item = {"number": 7, "parcel": b64(b"age-encryption.org/v1\n")}
    add("outbox", "nothing", {"items": []}, "ok")
    add("outbox", "one parcel", {"items": [item]}, "ok")
    bad(
        "outbox",
        number_0={"items": [{**item, "number": 0}]},
        a_number_as_text={"items": [{**item, "number": "7"}]},
        padded={"items": [{**item, "parcel": "AA=="}]},
        without_a_parcel={"items": [{"number": 7}]},
        sixty_five={"items": [{**item, "number": n + 1} for n in range(65)]},
        a_foreign_member={"items": [], "next": 1},
        a_list=[item],
    )


def _epochs(scene: Any, add: Any, bad: Any) -> None:
    told = Successor(
        checkpoint=scene.receipt.checkpoint,
        origin_old=LogOrigin.parse(scene.log.origin),
        origin_new=LogOrigin.parse(origin_of("live", ZA, 2)),
        reason="restored-backup",
        stated_at=T0,
    )
    signed = jws.sign(told.encode(), [key(f"live {ZA} log")], thing="successor", mode="live").value
    add("epochs", "the first epoch", {"statements": []}, "ok")
    add("epochs", "the second", {"statements": [signed]}, "ok")
    bad(
        "epochs",
        the_payload_alone={"statements": [told.value()]},
        without_a_signature={"statements": [{**signed, "signatures": []}]},
        as_text={"statements": [encode(signed).decode()]},
        a_list=[signed],
    )


def _recovery(scene: Any, add: Any, bad: Any) -> None:
    add("recovery-question", "from a moment on", {"since": time_text(T0), "skip": 0}, "ok")
    bad(
        "recovery-question",
        a_day={"since": "2026-03-01", "skip": 0},
        fewer_than_none={"since": time_text(T0), "skip": -1},
        true_for_a_number={"since": time_text(T0), "skip": True},
        no_skip={"since": time_text(T0)},
    )
    world: World = scene.world
    sections = sections_of("request.submitted")
    message = world.sign(world.open(sections=sections))
    parcel = decode(write_parcel(message.envelope, sections, known=None), max_bytes=1 << 20)
    item = {"parcel": parcel, "receipt": scene.envelope().value}
    add("recovery-page", "the last page", {"items": [item], "next": None}, "ok")
    add("recovery-page", "one of several", {"items": [item], "next": 64}, "ok")
    bad(
        "recovery-page",
        no_receipt={"items": [{"parcel": parcel}], "next": None},
        a_parcel_as_text={"items": [{**item, "parcel": "AA"}], "next": None},
        next_not_said={"items": []},
        next_before_the_first={"items": [], "next": -1},
    )


def _problems(add: Any, bad: Any) -> None:
    spec = "spec 14"
    add("problem", "over a quota", PROBLEM, "ok", spec)
    add("problem", "with a member that nobody knows", {**PROBLEM, "trace": "4711"}, "ok", spec)
    for member in PROBLEM:
        rest = {name: value for name, value in PROBLEM.items() if name != member}
        add("problem", f"without {member}", rest, "mismatch", spec)
    bad(
        "problem",
        spec,
        a_success={**PROBLEM, "status": 200},
        a_status_as_text={**PROBLEM, "status": "429"},
        a_type_of_its_own={**PROBLEM, "type": "https://node.example/errors/quota"},
        retryable_as_text={**PROBLEM, "retryable": "yes"},
        a_code_of_two_words={**PROBLEM, "code": "over quota"},
        a_list=[PROBLEM],
    )
