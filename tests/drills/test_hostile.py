"""A scenario or a trainee that means harm costs little time: what is large is bounded."""

import time
from dataclasses import replace

import pytest
from tests.drills.making import added, at, deed, digest, night, packed, played, spoilt

from comity.drills import Event, Run, lint, look, report
from comity.drills.reading import MAX_ORIGINAL_BYTES
from comity.drills.run import MAX_EVENTS
from comity.files.instruments import shipped

SECONDS = 20.0
"""Far more than any of these takes; what it catches is time that grows with a square."""


def chain(count: int) -> str:
    rows = (
        f"[[inject]]\nkey='i{n}'\nkind='note'\ntrigger='t{n}'\n"
        f"[[trigger]]\nkey='t{n}'\nwhen='not-done'\nwithin_minutes=1\n"
        f"did={{kind='called',to='partner'}}\nafter='inject i{n + 1}'\n"
        for n in range(count)
    )
    return "\n" + "".join(rows)


def tasks(kind: str) -> str:
    rows = (f"[[task]]\nkey='k{n}'\n{kind}\nexhibit='d'\npoints=1\ncite='41'\n" for n in range(150))
    return "\n" + "".join(rows)


EXHIBIT = "[[exhibit]]\nkey='d'\nform='text'\nfiles=['a.txt']\n"
ZEROS = bytes(MAX_ORIGINAL_BYTES)
ORIGINAL = f"[[exhibit]]\nkey='d'\nform='disk'\noriginal='a.gz.b64'\ndigest='{digest(ZEROS)}'\n"
LARGE = {"exhibits/a.txt": b"x\n" * 250_000}


@pytest.mark.parametrize(
    "files",
    [
        added(chain(150) + "[[inject]]\nkey='i150'\nkind='note'\nminute=1\n"),
        added(chain(150) + "[[inject]]\nkey='i150'\nkind='note'\ntrigger='t0'\n"),
        added(tasks("kind='seal'") + ORIGINAL) | {"exhibits/a.gz.b64": packed(ZEROS)},
        added(tasks("kind='count'\ncounts='y'") + EXHIBIT) | LARGE,
        spoilt("A request in the morning", "{" * 4000, path="texts/en.toml"),
        spoilt("A request in the morning", "< " * 1990 + "<a", path="texts/en.toml"),
        {**added(""), "texts/en.toml": b"\n".join(b"a%d = '%d'" % (n, n) for n in range(20_000))},
        {**added(""), "scenario.toml": b"a." * 90 + b"b = 1\n" + b"[" * 5000},
    ],
    ids=["chain", "ring", "seals", "counts", "braces", "angles", "texts", "nested"],
)
def test_a_scenario_that_means_harm_is_linted_in_little_time(files: dict[str, bytes]) -> None:
    begin = time.process_time()
    assert lint("small", files, shipped(), languages=["en"])
    assert time.process_time() - begin < SECONDS


def test_a_chain_of_triggers_is_followed_to_its_end() -> None:
    files = added(chain(150) + "[[inject]]\nkey='i150'\nkind='note'\nminute=1\n")
    late = [one for one in lint("small", files, shipped()) if one.code == "beyond-length"]
    assert {one.key for one in late} >= {"inject i0", "trigger t0"}
    assert "inject i149" not in {one.key for one in late}


def flooded(event: Event) -> Run:
    return replace(played(night()), events=(event,) * MAX_EVENTS)


@pytest.mark.parametrize(
    "event",
    [
        deed(40, "sealed", exhibit="stick", digest="sha256:" + "0" * 64),
        deed(40, "answered", task="find-address", answer="x" * 2000),
        deed(40, "called", to="belmora"),
    ],
    ids=lambda event: event.kind,
)
def test_a_trainee_who_floods_the_console_costs_little_time(event: Event) -> None:
    run = flooded(event)
    begin = time.process_time()
    look(night(), run, at(59))
    report(night(), run, at(60))
    assert time.process_time() - begin < SECONDS
