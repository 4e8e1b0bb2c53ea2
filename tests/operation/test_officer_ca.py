"""A node says whether its officers can sign, and an officer CA can be added to it later."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.operation.conftest import comity
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.directory import Directory
from comity.directory.store import DirectoryStore
from comity.keys import PrivateKey
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.keystore import load_keys
from comity.node.log import key_rotation
from comity.node.messages.officer_signing import ends_soon, signing
from comity.node.operations.create_node import write_public_keys
from comity.node.operations.selftest import Trial, passed, self_test


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("ca"), mode="exercise", ports=ports, now=now())


def officers(config: NodeConfig) -> Trial:
    return next(one for one in self_test(config, at=now()) if one.key == "officers")


def test_a_node_that_nobody_has_listed_does_not_say_that_officers_can_sign(
    node: NodeConfig,
) -> None:
    found = officers(node)
    assert (found.word, found.found) == ("unknown", "own-entry-none")


def test_a_listed_node_without_certified_officers_fails_its_self_test(
    world: World, node: NodeConfig
) -> None:
    config = replace(world.places[ASKING].config, folder=node.folder)
    listed = world.places[ASKING].config.directory
    for path in (path for path in listed.rglob("*") if path.is_file()):
        target = config.directory / path.relative_to(listed)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    found = officers(config)
    assert (found.word, found.found) == ("failed", "officers-few")
    assert not passed((found,))


def test_each_thing_that_signing_needs_is_missed_by_its_name(world: World) -> None:
    place, at = world.places[ASKING], now()
    directory = DirectoryStore.open(place.config.directory).load()
    both = [place.officers[role].certificate.record for role in ("author", "approver")]

    def lacking(*certificates: bytes, of: Directory = directory, when: datetime = at) -> str:
        return signing(of, ASKING, certificates, at=when).lacking

    assert lacking(*both) == ""
    for few in ([], both[:1], both[1:], [both[0], both[0]]):
        assert lacking(*few) == "officers-few"
    other = world.places[ASKED].officers["approver"].certificate.record
    assert lacking(both[0], other) == "officers-few"  # of another State
    whole = signing(directory, ASKING, both, at=at)
    assert whole.until is not None
    assert not ends_soon(whole, at=at)
    assert ends_soon(whole, at=whole.until - timedelta(days=1))
    assert lacking(*both, when=whole.until + timedelta(seconds=1)) != ""
    signed = directory.signed_entry(ASKING)
    keys = tuple(row for row in signed.entry.keys if row.use != key_rotation.OFFICER_CA)
    without_ca = replace(signed.entry, keys=keys)
    without_treaties = replace(signed.entry, instruments=())
    for entry, told in (
        (without_ca, "officer-ca-none"),
        (without_treaties, "instruments-none"),
    ):
        entries = {**directory.entries, ASKING: (replace(signed, entry=entry),)}
        assert lacking(*both, of=replace(directory, entries=entries)) == told


def test_an_officer_ca_is_added_later_and_is_no_key_of_the_node(
    node: NodeConfig, tmp_path: Path
) -> None:
    word, secret = tmp_path / "word", tmp_path / "ca.pem"
    word.write_text("five words that nobody knows\n", encoding="ascii")
    comity("officer", "keygen", "--ca", "--passphrase-file", word, "-o", secret)
    public = tmp_path / "ca.pem.pub"
    write_public_keys(node, now=now())
    asked = ("keys", "prepare", node.folder, "--use", "officer-ca")
    comity(*asked, status=2)
    comity("keys", "prepare", node.folder, "--use", "message", "--public", public, status=2)
    for _ in range(2):  # what is listed stays as it is
        row = json.loads(comity(*asked, "--public", public, "--json"))
        assert (row["use"], row["public"]) == ("officer-ca", json.loads(public.read_bytes()))
    uses = [one.use for one in key_rotation.listed(node).keys]
    assert uses.count("officer-ca") == 1
    own = tmp_path / "own.pub"
    own.write_text(json.dumps(load_keys(node.keys)["message"].public.jwk), encoding="ascii")
    comity(*asked, "--public", own, status=2)
    officer = PrivateKey.from_seed(bytes(32)).public.jwk
    (tmp_path / "officer.pub").write_text(json.dumps(officer), encoding="ascii")
    certifying = ("officer", "certify", tmp_path / "officer.pub", "--ca", secret, "--party")
    about = ("vn/contact-point", "--officer", "officer-1", "--role", "author", "--unlisted", "-o")
    word_2 = tmp_path / "word-2"
    word_2.write_text("other words\n", encoding="ascii")
    out = tmp_path / "made"
    comity(*certifying, *about, out, "--passphrase-file", word_2, status=2)
    comity(*certifying, *about, out, "--passphrase-file", word)
    assert out.is_file()
