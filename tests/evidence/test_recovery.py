"""Recovery shares: two of three give the key back, one tells nothing, a false one is found."""

import itertools
import json
import os
import stat
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import needs
from tests.evidence.make_vectors import counter

from comity.canonical import ComityError
from comity.cli.evidence.age import recovery
from comity.cli.evidence.seal import seal
from comity.evidence import shares
from comity.evidence.age_keys import HybridIdentity, X25519Identity
from comity.evidence.shares import Share, ShareError, ShareResultError, combine, parse_share, split
from comity.keys import bech32

SECRET = bytes(range(1, 33))
IDENTITY = X25519Identity.of(SECRET)
SET = split(IDENTITY, shares=3, threshold=2, random=counter("shares"))
OTHER = split(X25519Identity.of(bytes(32)), shares=3, threshold=2, random=counter("other"))


def code(*given_shares: Share) -> str:
    try:
        combine(given_shares)
    except ComityError as error:
        return error.code
    return "ok"


@given(st.binary(min_size=32, max_size=32), st.integers(2, 5), st.data())
def test_any_shares_of_the_threshold_give_the_identity_back(
    secret: bytes, threshold: int, data: st.DataObject
) -> None:
    identity = X25519Identity.of(secret)
    made = split(identity, shares=6, threshold=threshold, random=os.urandom)
    chosen = data.draw(st.permutations(made))[: data.draw(st.integers(threshold, 6))]
    assert combine(chosen).text() == identity.text()


def test_every_pair_of_three_gives_the_identity_back() -> None:
    for pair in itertools.permutations(SET, 2):
        assert combine(pair) == IDENTITY


def test_a_post_quantum_identity_comes_back_as_one() -> None:
    identity = HybridIdentity.of(SECRET)
    made = split(identity, shares=3, threshold=2, random=os.urandom)
    assert combine([parse_share(share.text()) for share in made[1:]]).text() == identity.text()
    assert code(made[0], SET[1]) == "recovery-mixed"


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2))
def test_one_share_fits_every_secret_there_is(secret: bytes, place: int) -> None:
    held = SET[place]
    # For any secret there is exactly one line through it and the share: nothing is excluded.
    coefficients = bytes(
        shares._over(value ^ constant, held.index)
        for value, constant in zip(held.value, secret, strict=True)
    )
    made = split(
        X25519Identity.of(secret), shares=3, threshold=2, random=lambda _size: coefficients
    )
    assert made[place].value == held.value


def test_a_share_of_a_constant_secret_is_spread_over_all_values() -> None:
    random = counter("spread")
    seen: Counter[int] = Counter()
    for _ in range(200):
        seen.update(split(IDENTITY, shares=2, threshold=2, random=random)[0].value)
    chi_squared = sum((seen[value] - 25) ** 2 / 25 for value in range(256))
    assert len(seen) == 256
    assert chi_squared < 341  # of uniform draws of this size, one in some thousand is above


def test_the_field_is_the_one_of_aes() -> None:
    times = shares._times
    assert times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert times(0x57, 0x13) == 0xFE
    for value in range(1, 256):
        assert times(shares._over(1, value), value) == 1


def test_too_few_doubled_and_mixed_shares_are_told_apart() -> None:
    assert code() == "recovery-too-few"
    assert code(SET[0]) == "recovery-too-few"
    assert code(SET[0], SET[0]) == "recovery-doubled"
    assert code(SET[0], OTHER[1]) == "recovery-mixed"
    assert code(SET[0], SET[1]) == "ok"


@given(st.integers(0, 31), st.integers(1, 255))
def test_a_false_share_with_a_right_checksum_is_found(place: int, change: int) -> None:
    value = bytearray(SET[0].value)
    value[place] ^= change
    false = parse_share(Share(SET[0].kind, 2, 1, SET[0].set_id, bytes(value)).text())
    try:
        same = combine((false, SET[1])).recipient == combine(SET[:2]).recipient
    except ShareResultError:
        return
    assert same  # X25519 ignores five bits of a key (RFC 7748 section 5): it is the same key
    assert place in (0, 31)


@given(st.lists(st.integers(0, 73), min_size=1, max_size=4, unique=True), st.integers(1, 31))
def test_up_to_four_mistyped_letters_are_always_found(places: list[int], step: int) -> None:
    text = list(SET[0].text().replace(" ", ""))
    alphabet = bech32.ALPHABET.upper()
    for place in places:
        at = len("share1") + place
        text[at] = alphabet[(alphabet.index(text[at]) + step) % 32]
    with pytest.raises(ComityError) as caught:
        parse_share("".join(text))
    assert caught.value.code == "recovery-share"
    assert "".join(text)[10:30] not in str(caught.value)


@given(st.sampled_from(SET), st.sampled_from([" ", "\n", "\t", "  \n"]), st.booleans())
def test_a_share_is_read_in_any_spacing_and_case(share: Share, gap: str, lower: bool) -> None:
    text = share.text().replace(" ", gap)
    assert parse_share(text.lower() if lower else text) == share


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda b: bech32.encode("share", b)))
def test_no_text_makes_the_share_reader_raise_anything_else(text: str) -> None:
    with suppress(ShareError):
        parse_share(text)


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (3, 1), (3, 4), (17, 2), (0, 0)])
def test_numbers_that_make_no_set_are_misuse(count: int, threshold: int) -> None:
    with pytest.raises(ComityError) as caught:
        split(IDENTITY, shares=count, threshold=threshold, random=os.urandom)
    assert caught.value.code == "recovery-too-few"


# -- the commands -----------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(recovery, [str(part) for part in arguments])


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder of shares."""
    done = run("create", "-o", tmp_path / "set")
    assert done.exit_code == 0
    return tmp_path / "set"


def test_the_identity_is_in_no_file_and_shares_are_private(made: Path) -> None:
    names = {path.name: path.read_text() for path in made.iterdir()}
    assert sorted(names) == [
        "ceremony.ar.txt", "ceremony.en.txt", "recovery.txt",
        "share-1.txt", "share-2.txt", "share-3.txt",
    ]  # fmt: skip
    assert not any("AGE-SECRET-KEY" in text for text in names.values())
    recipient = names["recovery.txt"].splitlines()[-1]
    for name, text in names.items():
        assert recipient in text
        if name.startswith("share"):
            assert stat.S_IMODE((made / name).stat().st_mode) == 0o600
        else:
            assert "SHARE" not in text


def test_the_ceremony_has_a_line_for_every_holder_in_both_languages(tmp_path: Path) -> None:
    run("create", "-o", tmp_path / "set", "--shares", 5, "--threshold", 3)
    english = (tmp_path / "set/ceremony.en.txt").read_text()
    arabic = (tmp_path / "set/ceremony.ar.txt").read_text()
    for number in range(1, 6):
        assert f"Share {number}:" in english
        assert f"الجزء {number}:" in arabic
    assert "{" not in english + arabic


def test_what_is_sealed_for_recovery_opens_with_two_shares(made: Path, tmp_path: Path) -> None:
    age = needs("age")
    (tmp_path / "exhibit").write_text("x")
    done = CliRunner().invoke(
        seal,
        [str(tmp_path / "exhibit"), "-r", str(IDENTITY.recipient), "-o", str(tmp_path / "p.age"),
         "--json"],
        env={"COMITY_RECOVERY": str(made / "recovery.txt")},
    )  # fmt: skip
    recipients = json.loads(done.stdout)["offer"]["recipients"]
    assert len(recipients) == 2
    key = tmp_path / "key.txt"
    done = run("combine", made / "share-3.txt", made / "share-1.txt", "-o", key)
    assert (done.exit_code, done.stdout.strip()) == (0, recipients[1])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    opened = subprocess.run(
        [age, "-d", "-i", str(key), str(tmp_path / "p.age")], check=True, capture_output=True
    )
    assert b"data/exhibit" in opened.stdout


def test_shares_of_another_recipient_than_the_one_named_are_refused(
    made: Path, tmp_path: Path
) -> None:
    pair = (made / "share-1.txt", made / "share-2.txt")
    key = tmp_path / "key.txt"
    done = run("combine", *pair, "-o", key, "--recipient", str(IDENTITY.recipient))
    assert (done.exit_code, "[recovery-wrong]" in done.stderr, key.exists()) == (1, True, False)
    done = run("combine", *pair, "-o", key, "--recipient", made / "recovery.txt")
    assert done.exit_code == 0


def test_a_mistyped_share_names_its_file_and_shows_no_letter_of_it(
    made: Path, tmp_path: Path
) -> None:
    typed = tmp_path / "typed"
    text = SET[0].text()
    typed.write_text(text[:-1] + ("Q" if text[-1] != "Q" else "P"))
    done = run("combine", typed, made / "share-2.txt", "-o", tmp_path / "key")
    assert (done.exit_code, "[recovery-share]" in done.stderr) == (1, True)
    assert str(typed) in done.stderr
    assert text[8:20] not in done.output
    done = run("combine", made / "share-1.txt", "-o", tmp_path / "key")
    assert (done.exit_code, "[recovery-too-few]" in done.stderr) == (2, True)
    assert not (tmp_path / "key").exists()


def test_a_set_is_never_written_over_another(made: Path) -> None:
    before = (made / "share-1.txt").read_text()
    assert run("create", "-o", made).exit_code == 2
    assert (made / "share-1.txt").read_text() == before
