"""What a partner signed that its addressee never took in spoils nothing, and proves nothing."""

import pytest
from tests.bundle.deeds import DEEDS, honest_bundle
from tests.bundle.makers import claims, trust_file

from comity.bundle import MemoryReader, verify
from comity.directory import TrustFile


@pytest.mark.parametrize(
    ("trust", "word"),
    [(trust_file(), "proved"), (trust_file("za"), "attested"), (None, "attested")],
)
def test_the_ground_of_a_refusal_is_proved_by_pinned_keys_alone(
    trust: TrustFile | None, word: str
) -> None:
    (deed,) = [one for one in DEEDS if one.name.startswith("a message of a type")]
    report = verify(MemoryReader(honest_bundle(deed)), trust=trust)
    assert [one.word for one in claims(report, "refusal-ground")] == [word]
