"""The step of partners: whose keys are trusted, after which comparison, and what is refused."""

import json
import re
from pathlib import Path

import pytest
from tests.operation.test_setup import begun
from tests.operation.wizard import Wizard

from comity.canonical import parse_mode
from comity.directory.handover import build_handover
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.keys.spoken import fingerprint
from comity.node.core.clock import now

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "office" / "node"


def records_of(folder: Path, state: str, mode: str = "exercise") -> tuple[StateFolder, bytes]:
    office = StateFolder.create(
        folder, state=state, mode=parse_mode(mode), keys=3, threshold=2, now=now()
    )
    return office, build_handover(office.store.load())


def test_a_partner_is_trusted_after_its_keys_were_compared_and_not_before(
    place: Path, tmp_path: Path
) -> None:
    office, records = records_of(tmp_path / "za", "za")
    keys = office.store.load().state_records("za")[0].record.key_set.keys
    names = [fingerprint(key.kid).replace(" ", "") for key in keys]
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        looked = inside.send("/partners", files={"file": ("za.json", records)})
        assert inside.get(looked.url.raw_path.decode()).text.count("compared") > 0  # reloaded
        shown = {
            re.sub(r"<[^>]+>| ", "", found)
            for found in re.findall(r"<code class=\"named\" dir=\"ltr\">(.+?)</code>", looked.text)
        }
        assert set(names) <= shown
        digest = re.search(r'name="confirm" value="([0-9a-f]+)"', looked.text)
        assert digest is not None
        assert DirectoryStore.open(place / "directory").trust().delegations == {}
        ticked = {"confirm": digest[1], "compared": "za"}
        assert inside.send("/partners", confirm=digest[1], **{"with": "Thandi"}).status_code == 422
        assert inside.send("/partners", **ticked).status_code == 422  # with nobody
        assert DirectoryStore.open(place / "directory").trust().delegations == {}
        assert inside.send("/partners", **ticked, **{"with": "Thandi, +27"}).status_code == 200
    held = DirectoryStore.open(place / "directory").load()
    assert list(held.trust.delegations) == ["za"]
    assert held.state_records("za")[0].record.version == 1


def test_other_keys_for_a_pinned_state_change_nothing(place: Path, tmp_path: Path) -> None:
    _, first = records_of(tmp_path / "za", "za")
    _, thief = records_of(tmp_path / "thief", "za")
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        before = b""
        for records, status in ((first, 200), (thief, 422)):
            looked = inside.send("/partners", files={"file": ("za.json", records)})
            digest = re.search(r'name="confirm" value="([0-9a-f]+)"', looked.text)
            assert digest is not None
            said = {"confirm": digest[1], "compared": "za", "with": "Thandi"}
            before = DirectoryStore.open(place / "directory").trust_bytes()
            assert inside.send("/partners", **said).status_code == status
    assert DirectoryStore.open(place / "directory").trust_bytes() == before


def test_a_file_that_is_neither_or_of_the_other_mode_is_refused(
    place: Path, tmp_path: Path
) -> None:
    _, live = records_of(tmp_path / "za", "za", mode="live")
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        key = b"-----BEGIN PRIVATE KEY-----"
        said = inside.send("/partners", files={"file": ("ca.pem", key)})
        assert (said.status_code, "holds a private key" in said.text) == (422, True)
        for data in (b"", b"{}", b"\xff\xfe", b'{"mode":"live"}', live):
            refused = inside.send("/partners", files={"file": ("za.json", data)})
            assert refused.status_code == 422
            why = "is of the other mode" if data == live else "is neither a trust file nor records"
            assert f"The file \u2068za.json\u2069 {why}" in refused.text
            assert "Ask the partner" in refused.text
        _, good = records_of(tmp_path / "vn", "vn")
        value = json.loads(good)
        value["states"][0] = {**value["states"][0], "signatures": []}
        damaged = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        refused = inside.send("/partners", files={"file": ("vn.json", damaged)})
        assert "In the file \u2068vn.json\u2069, record 1 cannot be read" in refused.text
