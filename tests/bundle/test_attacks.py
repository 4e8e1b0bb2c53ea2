"""Each attack is found, by the step and with the code that the vector states."""

from functools import cache

from tests.bundle.attack import Attack
from tests.bundle.attacks import attacks
from tests.bundle.makers import at_odds, found, shown
from tests.walks import every

from comity.bundle import MemoryReader, verify


@cache
def all_attacks() -> list[Attack]:
    return list(attacks())


@every("attack", all_attacks, ids=lambda attack: attack.name)
def test_an_attack_is_found(attack: Attack) -> None:
    report = verify(MemoryReader(attack.files), trust=attack.trust)
    first = report.first_failure
    assert (report.exit_status, first and (first[0], first[1].code)) == (
        attack.exit,
        (attack.step, attack.code) if attack.step else None,
    ), found(report)[:6]
    if attack.claims is not None:
        assert at_odds(report) == sorted(set(attack.claims))
    assert set(attack.shows) <= shown(report)
    assert not {f"{one.name} {one.word}" for one in report.claims} & set(attack.never)


def test_most_vectors_must_fail() -> None:
    bad = [attack for attack in all_attacks() if attack.exit in (1, 4)]
    assert len(bad) >= 2 * (len(all_attacks()) - len(bad))
    assert {attack.step for attack in bad} >= set(range(1, 12))
