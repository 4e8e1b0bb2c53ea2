"""A small course, an authority with a key for certificates, and a judge of Moodle XML."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from tests.directory.world import START, entry, key, record, row, signed, trust

from comity.canonical import Mode
from comity.directory import TrustFile
from comity.training.certificates import StatusList, issue, issue_list
from comity.training.credential import TrainingCertificate
from comity.training.record import TrainingRecord, read_record, write_record

PARTY = "vn/contact-point"
KEY = f"{PARTY}/credential"
NOW = START + timedelta(days=30)
FILES: Mapping[str, bytes] = {
    "course.toml": b"""[course]
key = "small"
version = 1
function = "examiner"
pass_percent = 50
valid_months = 6
refresh_days = 30
languages = ["en"]

[[lesson]]
key = "one"
minutes = 5
cites = ["un-2024:41"]
""",
    "quiz.toml": b"""[[question]]
key = "pick"
lesson = "one"
kind = "single"
answers = ["a", "b"]
right = ["a"]
cites = ["un-2024:41"]

[[question]]
key = "tick"
lesson = "one"
kind = "multiple"
answers = ["a", "b", "c"]
right = ["a", "b"]

[[question]]
key = "count"
lesson = "one"
kind = "number"
value = 60
tolerance = 0.5

[[question]]
key = "say"
lesson = "one"
kind = "text"
""",
    "en/words.toml": """title = "Small / course"
description = "For tests."
criteria = "Answered four questions."

[question.pick]
text = "Which <one>?"
a = ["A & co", "Because."]
b = ["B", "Not that."]

[question.tick]
text = "Which?"
a = ["A", "Yes."]
b = ["B", "Yes."]
c = ["C", "No."]

[question.count]
text = "How many?"
why = "Sixty."

[question.say]
text = "What?"
why = "Writing."
accept = ["in writing", "écrit", "ب*"]
""".encode(),
    "en/one.md": b"# One\n\nText with a [link](https://example.org/a) and [one](lesson:one).\n",
}


def known(instrument: str, article: str) -> bool:
    return instrument == "un-2024" and article in {"41", "42"}


def spoilt(path: str, old: str, new: str) -> dict[str, bytes]:
    """Return the small course with one thing changed."""
    assert old in FILES[path].decode()
    return {**FILES, path: FILES[path].decode().replace(old, new, 1).encode()}


def certificate(**changes: Any) -> TrainingCertificate:
    made = TrainingCertificate(
        id="01936d5e-0000-7000-8000-000000000001",
        mode="live",
        party=PARTY,
        authority="Contact point of Viet Nam",
        name="Nguyễn Thị Hoa",
        function="contact-point-officer",
        course="contact-point-officer",
        version=1,
        title="Officer at a contact point",
        description="Six lessons.",
        criteria="Passed.",
        valid_from=START + timedelta(days=10),
        valid_until=START + timedelta(days=200),
        list_number=1,
        index=4711,
    )
    return replace(made, **changes)


def status(**changes: Any) -> StatusList:
    made = StatusList(
        mode="live",
        party=PARTY,
        number=1,
        withdrawn=frozenset(),
        valid_from=START + timedelta(days=29),
        valid_until=START + timedelta(days=59),
    )
    return replace(made, **changes)


def wrapped(text: str, *, mode: Mode = "live", use: str = "credential") -> TrainingRecord:
    """Return the file of a credential, with the records that list the key for a use."""
    keys = (row(KEY, use),)
    listed = signed(replace(entry(PARTY, mode=mode), keys=(*entry(PARTY, mode=mode).keys, *keys)))
    data = write_record(text, states=[record("vn", mode=mode).jws], entries=[listed.jws])
    return read_record(data)


def issued(mode: Mode = "live", **changes: Any) -> TrainingRecord:
    return wrapped(issue(certificate(mode=mode, **changes), key(KEY)).text, mode=mode)


def listing(**changes: Any) -> TrainingRecord:
    return wrapped(issue_list(status(**changes), key(KEY)).text)


def trusted(mode: Mode = "live") -> TrustFile:
    return trust("vn", mode=mode)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FRACTIONS = {
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25",
    "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0",
}  # fmt: skip


def judge_moodle(data: bytes) -> list[str]:
    """Return the types of the questions, after every rule of Moodle's page on its format."""
    root = ET.fromstring(data)  # noqa: S314 - made by us, judged here
    assert root.tag == "quiz"
    assert root[0].get("type") == "category"
    assert (root[0].findtext("category/text") or "").startswith("$course$/top/")
    kinds = []
    for one in root[1:]:
        kind = one.get("type") or ""
        kinds.append(kind)
        assert one.findtext("name/text"), "every question has a name"
        asked = one.find("questiontext")
        assert asked is not None
        assert asked.get("format") == "html"
        assert asked.findtext("text")
        fractions = [answer.get("fraction") or "" for answer in one.findall("answer")]
        assert all(answer.findtext("text") for answer in one.findall("answer"))
        assert all(answer.findtext("feedback/text") for answer in one.findall("answer"))
        assert {fraction.removeprefix("-") for fraction in fractions} <= FRACTIONS
        total = sum(float(fraction) for fraction in fractions if not fraction.startswith("-"))
        if kind == "multichoice":
            single = one.findtext("single")
            assert single in {"true", "false"}
            assert fractions.count("100") == 1 or single == "false"
            assert abs(total - 100) < 0.001
        elif kind == "numerical":
            assert float(one.findtext("answer/text") or "") is not None
            assert float(one.findtext("answer/tolerance") or "") >= 0
        else:
            assert kind == "shortanswer"
            assert one.findtext("usecase") in {"0", "1"}
            assert set(fractions) == {"100"}
    return kinds
