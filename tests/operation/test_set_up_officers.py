"""The first officers are certified in the set-up: by hand over HTTP, as the page's scripts do it.

The same by a person in a browser, with two nodes and a request, is `test_newcomer`.
"""

import hashlib
import json
import re
import shlex
from html import unescape
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.operation.conftest import comity
from tests.operation.test_setup import added, plain
from tests.operation.wizard import OFFICE, Browser, Wizard, without_roster

from comity.canonical import b64, encode, unb64
from comity.directory.store import DirectoryStore
from comity.keys import PrivateKey, jws
from comity.node.core.clock import now
from comity.node.core.config import load_config
from comity.node.operations.selftest import self_test

CREDENTIAL = bytes(range(32))
HERE = {"tls_name": "localhost", "port": "8700"}


@pytest.mark.full
def test_the_first_officers_are_certified_in_the_set_up(tmp_path: Path) -> None:
    place, authority = tmp_path / "node", PrivateKey.from_seed(bytes([7]) * 32, alg="ES256")
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **{**OFFICE, **HERE})
        inside.post("/keys")
        public = json.dumps(authority.public.jwk)
        lost = json.dumps(PrivateKey.from_seed(bytes([9]) * 32, alg="ES256").public.jwk)
        assert inside.post("/officer-ca", public=lost).status_code == 302
        assert len(officer_cas(inside)) == 1
        assert "Make a new officer CA" in inside.get("/officer-ca").text
        old = officer_cas(inside)  # its passphrase is lost
        assert "stays on the list until" in inside.get("/officer-ca?replace=1").text
        assert inside.post("/officer-ca?replace=1", public="{}").status_code == 422
        assert officer_cas(inside) == old  # nothing is taken off before the new one is there
        assert inside.post("/officer-ca?replace=1", public=public).status_code == 302
        counts = officer_cas(inside)
        assert len(counts) == 1
        assert counts != old
        taken_in(inside, tmp_path)
        inside.post("/partners", done="1")
        added(inside, "lan", "operator")
        added(inside, "minh", "case")
        added(inside, "hoa", "approver")
        inside.post("/people", done="1")
        page = inside.get("/officers").text
        for identifier in re.findall(r'name="officer" value="([^"]+)"', page):
            assert enrol(inside, identifier, "http://evil.example").status_code == 422
            assert enrol(inside, identifier, wizard.url).status_code == 302
        stranger = PrivateKey.from_seed(bytes([8]) * 32, alg="ES256")
        assert certify(inside, stranger).status_code == 422
        page = inside.get("/officers").text
        assert "Continue and certify later" in page
        assert certify(inside, authority).status_code == 302
        assert "An author and an approver can sign." in inside.get("/officers").text
        assert "Make a new officer CA</a>" not in inside.get("/officer-ca").text
        inside.post("/officer-ca?replace=1", public=lost)  # an officer is certified by it: it stays
        assert counts[0] in officer_cas(inside)
        inside.post("/officers", done="1")
        without_roster(inside)
        inside.post("/ceremony", later="1")
    entry = DirectoryStore.open(place / "directory").load().entry("vn/contact-point")
    stated = {one.name: [text.text for text in one.reservations] for one in entry.instruments}
    assert stated["un-2024"] == ['Article 42(5): Only "serious" offences; it\'s our law.']
    found = next(one for one in self_test(load_config(place), at=now()) if one.key == "officers")
    assert (found.word, found.facts["authors"], found.facts["approvers"]) == ("proved", 1, 1)


def test_an_officer_ca_that_is_lost_is_made_again_from_the_step_of_certificates(
    tmp_path: Path,
) -> None:
    """The operator finds at the certificates that nobody knows the passphrase."""
    lost, new = (PrivateKey.from_seed(bytes([n]) * 32, alg="ES256") for n in (9, 7))
    with Wizard(tmp_path / "node") as wizard:
        inside = wizard.inside()
        inside.post("/office", **{**OFFICE, **HERE})
        inside.post("/keys")
        inside.post("/officer-ca", public=json.dumps(lost.public.jwk))
        taken_in(inside, tmp_path)
        inside.post("/partners", done="1")
        for name, role in (("lan", "operator"), ("minh", "case"), ("hoa", "approver")):
            added(inside, name, role)
        inside.post("/people", done="1")
        page = inside.get("/officers").text
        for identifier in re.findall(r'name="officer" value="([^"]+)"', page):
            enrol(inside, identifier, wizard.url)
        way = re.search(r'<a href="(/officer-ca)#lost">Make a new officer CA if', page)
        assert way is not None
        assert 'id="lost"' in inside.get(way[1]).text
        again = re.search(r'href="([^"]+)">Make a new officer CA<', inside.get(way[1]).text)
        assert again is not None
        assert inside.post(again[1], public=json.dumps(new.public.jwk)).status_code == 302
        assert inside.get("/").headers["location"] == "/officers"
        page = inside.get("/officers").text
        assert "does not list your new officer CA yet" in page
        assert f'data-unlisted="{new.kid}"' in page
        assert states(page)["Directory entry"] == "(later)"  # the State signed other keys
        custodians_run(inside, page, tmp_path)
        imported(inside, tmp_path / "vn-records-2.json")
        page = inside.get("/officers").text
        assert "does not list your new" not in page
        assert re.findall(r'data-kids="([^"]*)"', page) == [new.kid]
        assert certify(inside, new).status_code == 302
        page = inside.get("/officers").text
        assert "An author and an approver can sign." in page
        assert "See what to do if the file or passphrase of the officer CA is lost" in page


def states(page: str) -> dict[str, str]:
    """Return what the list of steps says of each step."""
    rows = re.findall(r'<li><a href="[^"]*">([^<]*)</a>(?: <span class="quiet">(\(\w+\))<)?', page)
    return {unescape(name): word for name, word in rows}


def test_an_entry_that_differs_from_the_answers_is_revised_and_not_new(tmp_path: Path) -> None:
    """The office changed its telephone after the State had signed."""
    with Wizard(tmp_path / "node") as wizard:
        inside = wizard.inside()
        inside.post("/office", **{**OFFICE, **HERE})
        inside.post("/keys")
        inside.post("/officer-ca", later="1")
        assert states(inside.get("/declarations").text)["Officer CA"] == "(later)"
        taken_in(inside, tmp_path)
        page = inside.get("/entry").text
        assert "it agrees with your answers" in page
        assert "comity directory" not in plain(page)
        changed = {**OFFICE, **HERE, "phone": "+84 24 0000 0001"}
        assert inside.post("/office", **changed).status_code == 302
        page = inside.get("/entry").text
        assert "entry new" not in plain(page)
        assert "public-keys.json" not in plain(page)  # they are signed already
        assert "Telephone" in inside.get("/partners").text
        assert states(page)["Office"] == "(done)"
        custodians_run(inside, page, tmp_path)
        imported(inside, tmp_path / "vn-records-2.json")
        assert "it agrees with your answers" in inside.get("/entry").text
    entry = DirectoryStore.open(tmp_path / "node" / "directory").load().entry("vn/contact-point")
    assert entry.duty_phone == "+84 24 0000 0001"


def officer_cas(inside: Browser) -> list[str]:
    """Return the names of the officer CAs on the list that the State is given."""
    keys = json.loads(inside.get("/keys/list").content)["keys"]
    return [one["kid"] for one in keys if one["use"] == "officer-ca"]


def taken_in(inside: Browser, folder: Path) -> None:
    """Let the State's key holders run what the page shows, and take their file in."""
    said = {"un-2024:reserve-preservation": 'Only "serious" offences; it\'s our law.'}
    assert inside.post("/declarations", language="en", **said).status_code == 302
    custodians_run(inside, inside.get("/entry").text, folder)
    inside.post("/entry")
    imported(inside, folder / "vn-records.json")


def custodians_run(inside: Browser, page: str, folder: Path) -> None:
    """Let the State's key holders run what a page shows."""
    (folder / "public-keys.json").write_bytes(inside.get("/keys/list").content)
    for shown in re.findall(r'<code class="command">(.*?)</code>', page):
        words = unescape(plain(shown))
        if not words.startswith("comity directory"):
            continue  # what the page of certificates says of files without a passphrase
        words = words.replace("STATE-FOLDER", str(folder / "state"))
        for name in ("public-keys.json", "vn-records.json", "vn-records-2.json"):
            words = words.replace(name, str(folder / name))
        comity(*shlex.split(words)[1:])


def imported(inside: Browser, file: Path) -> None:
    """Take the State's file in."""
    looked = inside.send("/partners", files={"file": (file.name, file.read_bytes())})
    digest = re.search(r'name="confirm" value="([0-9a-f]+)"', looked.text)
    assert digest is not None
    said = {"confirm": digest[1], "compared": "vn", "with": "our key holders"}
    assert inside.send("/partners", **said).status_code == 200


def enrol(inside: Browser, identifier: str, origin: str) -> httpx.Response:
    """Answer as an authenticator does."""
    page = inside.get("/officers").text
    challenge = re.search(r'data-challenge="([^"]+)"', page)
    assert challenge is not None
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    client = {"type": "webauthn.create", "challenge": challenge[1], "origin": origin}
    rp_hash = hashlib.sha256(b"localhost").digest()
    return inside.post(
        "/officers",
        officer=identifier,
        credential=b64(CREDENTIAL),
        client_data=b64(json.dumps(client).encode()),
        authenticator_data=b64(rp_hash + b"\x45" + bytes(20) + b"\x00\x20" + CREDENTIAL),
        public_key=b64(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    )


def certify(inside: Browser, authority: PrivateKey) -> httpx.Response:
    """Sign every certificate that the page asks for."""
    page = inside.get("/officers").text
    asked = re.findall(r'name="certificate" data-payload="([^"]+)"', page)
    assert len(asked) == 2
    made = [
        jws.sign(unb64(one), [authority], thing="certificate", mode="exercise").value
        for one in asked
    ]
    return inside.post("/officers", certificate=[encode(one).decode() for one in made])
