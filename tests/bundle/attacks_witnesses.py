"""Which witnesses make a time and a branch, and which only seem to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tests.bundle.attack import Attack
from tests.bundle.makers import START, VN, ZA, bundle_of, case_of, short_story, trust_file
from tests.bundle.parties import cosign, witness

from comity.directory.trust import Witness

ONE, TWO, THREE = "one.example", "two.example", "three.example"
BOTH = f"existed-by proved {ONE} {TWO}"
BRANCH = f"log-single proved {ONE} {TWO}"
ALONE, OPEN = f"existed-by attested {ONE}", "log-single unknown"


def attacks() -> Iterator[Attack]:
    """Yield bundles whose logs witnesses signed, and what each trust file makes of them."""
    swiss, french, kenyan = witness("ch", ONE), witness("fr", TWO), witness("ke", THREE)
    signed = _witnessed(VN, ONE, TWO)
    yield _made("witnesses of two States make a time and a branch", signed, BOTH, BRANCH)
    one = _witnessed(VN, ONE)
    yield _made("one witness of the two that are due", one, ALONE, OPEN)
    yield _made("one witness where one is enough", one, f"existed-by proved {ONE}", due=1)
    alike = (swiss, witness("ch", TWO))
    yield _made("two witnesses of one State count once", signed, ALONE, OPEN, by=alike)
    party = (swiss, witness("za", TWO))
    yield _made("a witness of a member's State", signed, ALONE, OPEN, by=party)
    own = (swiss, witness("vn", TWO))
    yield _made("a witness of the exporter's State", signed, ALONE, OPEN, by=own)
    listed = (swiss,)
    yield _made("a second witness that nobody lists", signed, ALONE, OPEN, by=listed)
    three = (swiss, french, kenyan)
    yield _made("three witnesses are due, two signed", signed, ALONE, OPEN, by=three, due=3)
    apart = _witnessed(VN, ONE) | _witnessed(ZA, TWO)
    yield _made("two witnesses, each of another log", apart, ALONE, OPEN)


def _witnessed(party: str, *names: str) -> dict[tuple[str, int], str]:
    """Return a party's newest checkpoint, signed by witnesses a minute after each other."""
    note = short_story().nodes[party].note()
    for number, name in enumerate(names):
        note = cosign(note, START + timedelta(minutes=1 + number), name)
    return {(party, 1): note}


def _made(
    name: str,
    notes: dict[tuple[str, int], str],
    *shows: str,
    by: tuple[Witness, ...] = (witness("ch", ONE), witness("fr", TWO)),
    due: int = 2,
) -> Attack:
    case = case_of(short_story())
    files = bundle_of(replace(case, checkpoints={**case.checkpoints, **notes}))
    trust = trust_file(witnesses=by, due=due)
    return Attack(name, "short", files, 0, "", 0, trust, claims=(), shows=shows)
