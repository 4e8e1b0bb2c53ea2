"""A code that is read aloud: what is misheard is refused, what is only written otherwise is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.papers.errors import SpokenCodeError
from comity.papers.translations import code_prefix, read_code, spoken_code

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGESTS = st.binary(min_size=32, max_size=32)


def test_a_code_is_the_first_hundred_bits_in_groups_of_five() -> None:
    # 00 to 0c, bits by hand: 00000 00000 00000 10000 00100 00000 11000 00100 ...
    assert spoken_code(bytes(range(32))).startswith("000G4-0R40M")
    assert spoken_code(bytes(32)) == "00000-00000-00000-00000-0"
    assert spoken_code(b"\xff" * 32).startswith("ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-")


@given(DIGESTS)
def test_a_code_is_read_as_it_was_written_and_leads_back_to_its_digest(digest: bytes) -> None:
    code = spoken_code(digest)
    assert read_code(code) == code
    assert code_prefix(code) == digest.hex()[:25]


@given(DIGESTS)
def test_case_blanks_and_lookalikes_do_not_matter(digest: bytes) -> None:
    code = spoken_code(digest)
    heard = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(heard) == code


def test_every_single_wrong_character_is_refused() -> None:
    code = spoken_code(bytes(range(7, 39))).replace("-", "")
    for at, right in enumerate(code):
        for wrong in set(LETTERS) - {right}:
            with pytest.raises(SpokenCodeError):
                read_code(code[:at] + wrong + code[at + 1 :])


def test_any_two_different_characters_that_changed_places_are_refused() -> None:
    code = spoken_code(bytes(range(7, 39))).replace("-", "")
    for one in range(len(code)):
        for two in range(one + 1, len(code)):
            swapped = list(code)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            if "".join(swapped) != code:
                with pytest.raises(SpokenCodeError):
                    read_code("".join(swapped))


@pytest.mark.parametrize(
    "text", ["", "K", "00000-00000-00000-00000", "00000-00000-00000-00000-00", "U" * 21, "é" * 21]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(SpokenCodeError):
        read_code(text)
