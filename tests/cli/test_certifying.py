"""The officer-ca signs nothing that a node would refuse: what is wrong is told before."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.directory import build_node_keys, signing_row
from comity.keys import PrivateKey
from comity.node.core.clock import now
from comity.node.operations.create_node import KEY_LIFE


def run(*words: object) -> Any:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, more in (("ca.json", ["--ca"]), ("other.json", ["--ca"]), ("linh.json", [])):
        assert run("officer", "keygen", "-o", tmp_path / name, *more).exit_code == 0
    ca = PrivateKey.from_jwk(json.loads((tmp_path / "ca.json").read_bytes())["jwk"])
    row = signing_row(ca.public, use="officer-ca", not_before=now(), not_after=now() + KEY_LIFE)
    data = build_node_keys(mode="live", party="vn/contact-point", keys=[row])
    (tmp_path / "public-keys.json").write_bytes(data)
    return tmp_path


def certify(place: Path, **more: str) -> Any:
    given = {
        "public": "linh.json.pub",
        "ca": "ca.json",
        "party": "vn/contact-point",
        "officer": "officer-1",
        "mode": "live",
    } | more
    public, ca = place / given.pop("public"), place / given.pop("ca")
    options = [word for name, text in given.items() for word in (f"--{name}", text)]
    keys = ("--keys", place / "public-keys.json")
    words = ("--role", "author", *options, *keys, "-o", place / "made")
    return run("officer", "certify", public, "--ca", ca, *words)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"officer": ""}, "officer-identifier"),
        ({"officer": "Nguyen Van A"}, "officer-identifier"),
        ({"officer": "x" * 65}, "officer-identifier"),
        ({"party": ""}, "party"),
        ({"party": "xx/contact-point"}, "correct --party"),
        ({"mode": "exercise"}, "correct --party or --mode"),
        ({"ca": "other.json"}, "does not list this officer-ca"),
        ({"public": "ca.json.pub"}, "officer-ca itself"),
        ({"public": "linh.json"}, "give linh.json.pub"),
    ],
    ids=str,
)
def test_what_a_node_would_refuse_is_not_signed(
    place: Path, given: dict[str, str], told: str
) -> None:
    done = certify(place, **given)
    assert done.exit_code in {1, 2}
    assert told in done.output
    assert not (place / "made").exists()


def test_nothing_is_signed_for_an_authority_that_nothing_ties_to_the_officer_ca(
    place: Path,
) -> None:
    words = ("officer", "certify", place / "linh.json.pub", "--ca", place / "ca.json")
    about = ("--party", "za/contact-point", "--officer", "officer-1", "--role", "author")
    out, keys = ("-o", place / "made"), ("--keys", place / "public-keys.json")
    for more in ((), ("--unlisted", *keys)):
        done = run(*words, *about, *out, *more)
        assert done.exit_code == 2, done.output
        assert "this officer-ca is of za/contact-point: give --keys" in done.output
        assert not (place / "made").exists()
    assert run(*words, *about, *out, "--unlisted").exit_code == 0


def test_what_a_node_takes_is_signed(place: Path) -> None:
    done = certify(place)
    assert done.exit_code == 0, done.output
    assert (place / "made").is_file()
