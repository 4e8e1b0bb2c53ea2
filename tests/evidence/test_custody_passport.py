"""A custody passport: facts that come back whole, and a document other tools accept."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.kit import AT, EXHIBIT
from tests.evidence.test_custody import JSON, chain

from comity.canonical import ComityError, PeerError, decode, encode
from comity.evidence.limits import Limit
from comity.evidence.passport import (
    LogEntry,
    Passport,
    PassportEvent,
    PassportPackage,
    Retention,
    Status,
    parse_passport,
)
from comity.evidence.passport_case import case_document

LIFE = [
    *("derived", "sealed", "offered", "received", "opened", "extracted", "copied", "redacted"),
    *("held", "hold-lifted", "exported", "destroyed"),
]
LIMIT = Limit(
    by="za/central-authority",
    kind="use-limitation",
    lang="en",
    source="sha256:" + "ab" * 32,
    standing="accepted",
    text="Only in this case.",
)
ROOT = bytes([1]) * 32  # of the event ``sealed``, as the chain of the tests has it


def passport(life: list[str] | None = None) -> Passport:
    events, _ = chain(life or LIFE)
    log = LogEntry(party="vn/contact-point", epoch=1, index=7, at=AT)

    def shown(number: int) -> PassportEvent:
        event = events[number]
        status: Status = "attested" if event.attested else "proved"
        return PassportEvent(event=event, status=status, logs=() if event.attested else (log,))

    package = PassportPackage(
        root=ROOT,
        size_bytes=5 << 40,
        files=3,
        recipients=("age1" + "q" * 58,),
        sealed_at=AT + timedelta(hours=1),
        language="ar",
        description="قرص صلب",
        destroyed=True,
    )
    return Passport(
        exhibit=EXHIBIT,
        case="2026/17",
        packages=(package,),
        events=tuple(shown(number) for number in range(len(events))),
        retention=Retention(name="serious crime", until=AT + timedelta(days=3650)),
        made_by="vn/contact-point",
        generated_at=AT + timedelta(days=1),
        mode="exercise",
        limits=(LIMIT,),
    )


def test_an_older_file_without_limits_is_still_read() -> None:
    value = passport().to_value()
    del value["limits"]
    assert parse_passport(value).limits == ()


@given(st.lists(st.sampled_from([name for name in LIFE if name != "destroyed"]), min_size=1))
def test_a_passport_comes_back_from_its_canonical_bytes(life: list[str]) -> None:
    made = passport(life)
    assert parse_passport(decode(encode(made.to_value()), max_bytes=1 << 20)) == made


def test_lineage_and_holds_follow_from_the_events() -> None:
    made = passport()
    assert made.taken_from == made.chain[0]
    assert [event.event for event in made.taken_out] == ["extracted", "copied"]
    assert made.holds == ()
    assert [event.number for event in passport(LIFE[:9]).holds] == [9]


def spoilt() -> dict[str, dict[str, Any]]:
    value = passport().to_value()
    events = value["events"]
    attested, proved = events[0], events[1]
    return {
        "an event removed": {"events": events[:3] + events[4:]},
        "events swapped": {"events": [events[0], events[2], events[1], *events[3:]]},
        "the last event altered under a later one": {
            "events": [
                attested | {"event": attested["event"] | {"reason": "another"}},
                *events[1:],
            ]
        },
        "no events": {"events": []},
        "what is attested called proved": {
            "events": [attested | {"status": "proved"}, *events[1:]]
        },
        "a word that is none of the three": {
            "events": [attested, proved | {"status": "certain"}, *events[2:]]
        },
        "a log entry before the first": {
            "events": [attested, proved | {"logs": [proved["logs"][0] | {"index": -1}]}]
        },
        "another exhibit": {"exhibit": EXHIBIT[:-1] + "8"},
        "a package of less than nothing": {"packages": [value["packages"][0] | {"size_bytes": -1}]},
        "a recipient that is no text": {"packages": [value["packages"][0] | {"recipients": [1]}]},
        "another protocol": {"protocol": "comity/2"},
        "a member more": {"zoo": 1},
        "an unknown mode": {"mode": "test"},
    }


@pytest.mark.parametrize("name", spoilt())
def test_a_passport_that_contradicts_itself_is_refused(name: str) -> None:
    with pytest.raises(PeerError):
        parse_passport(passport().to_value() | spoilt()[name])


GOOD = passport(["sealed", "opened"]).to_value()


@given(JSON, st.dictionaries(st.sampled_from([*GOOD, "zoo"]), JSON))
def test_no_value_makes_the_reader_raise_anything_else(
    value: object, changes: dict[str, Any]
) -> None:
    for given_value in (value, GOOD | changes):
        with suppress(ComityError):
            parse_passport(given_value)


# ------------------------------------------------------------------ CASE/UCO


def graph() -> list[dict[str, Any]]:
    document = json.loads(case_document(passport(), software_version="0.0.0"))
    found: list[dict[str, Any]] = document["@graph"]
    return found


def of_type(name: str) -> list[dict[str, Any]]:
    return [node for node in graph() if node["@type"] == name]


def test_each_event_is_an_action_from_one_provenance_record_to_the_next() -> None:
    actions = of_type("investigation:InvestigativeAction")
    assert sorted(a["core:name"] for a in actions) == sorted(LIFE)
    made = {
        record["@id"]: record
        for record in of_type("investigation:ProvenanceRecord")
        if record["investigation:exhibitNumber"] == EXHIBIT
    }
    assert len(made) == len(LIFE)
    by_result = {action["action:result"][0]["@id"]: action for action in actions}
    assert by_result.keys() == made.keys()
    last = next(action for action in actions if action["core:name"] == LIFE[-1])
    told = [last["core:name"]]
    while last["action:object"][0]["@id"] in by_result:
        last = by_result[last["action:object"][0]["@id"]]
        told.append(last["core:name"])
    assert told == LIFE[::-1]


def test_what_is_attested_is_marked_so_and_parts_name_where_they_come_from() -> None:
    tags = {a["core:name"]: a["core:tag"] for a in of_type("investigation:InvestigativeAction")}
    assert {name for name, tag in tags.items() if tag == "attested"} == {"derived", "destroyed"}
    records = of_type("investigation:ProvenanceRecord")
    other = EXHIBIT[:-1] + "8"
    assert any(record["investigation:exhibitNumber"] == other for record in records)
    own = [record for record in records if record["investigation:exhibitNumber"] == EXHIBIT]
    assert {record["investigation:rootExhibitNumber"] for record in own} == {other}


def test_the_same_passport_gives_the_same_bytes() -> None:
    first, second = (case_document(passport(), software_version="1") for _ in range(2))
    assert first == second


def judged(document: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "case.jsonld"
    path.write_text(json.dumps(document), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("case_validate"))]
    command += ["--built-version", "case-1.5.0", "--allow-infos", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.full
def test_the_document_conforms_to_case_and_a_spoilt_copy_does_not(tmp_path: Path) -> None:
    document = json.loads(case_document(passport(), software_version="0.0.0"))
    good = judged(document, tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Conforms: True" in good.stdout
    action = next(n for n in document["@graph"] if "action:startTime" in n)
    action["action:startTime"] = "yesterday"
    bad = judged(document, tmp_path)
    assert bad.returncode != 0
    assert "Conforms: False" in bad.stdout
