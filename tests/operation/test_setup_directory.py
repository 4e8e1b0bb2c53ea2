"""A secretariat's directory is taken in the set-up, once its root was compared."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.directory.test_fetching import served
from tests.operation.test_setup import begun
from tests.operation.wizard import Browser, Wizard

from comity.canonical import parse_mode
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.tuf_client import root_name
from comity.directory.tuf_repository import Secretariat
from comity.keys.spoken import fingerprint
from comity.node.core.clock import now
from comity.node.core.config import load_config

pytestmark = pytest.mark.full


def secretariat(folder: Path, mode: str = "exercise") -> Secretariat:
    """Return a secretariat whose root was renewed once and that lists one State."""
    made = Secretariat.found(folder / "un", mode=parse_mode(mode), threshold=2, keys=3, now=now())
    za = StateFolder.create(
        folder / "za", state="za", mode=parse_mode(mode), keys=3, threshold=2, now=now()
    )
    record = za.store.load().state_records("za")[0].jws.record
    made.admit(record, now=now())
    made.publish(za.publish(now=now()), now=now())
    made.renew(now=now())
    return made


def zipped(repository: Path, place: Path) -> bytes:
    made = shutil.make_archive(str(place), "zip", repository.parent, repository.name)
    return Path(made).read_bytes()


def confirm(inside: Browser, looked: str, **said: Any) -> int:
    digest = re.search(r'name="confirm" value="([0-9a-f]+)"', looked)
    assert digest is not None, looked
    return inside.send("/partners", confirm=digest[1], **said).status_code


def shown_root(looked: str) -> str:
    digits = re.search(r'<p class="digits">(.*?)</p>', looked, re.DOTALL)
    assert digits is not None, looked
    return " ".join(re.findall(r"<span>(\d{5})</span>", digits[1]))


@pytest.mark.parametrize("by", ["address", "copy"])
def test_a_directory_is_taken_after_its_root_was_compared_and_not_before(
    tmp_path: Path, by: str
) -> None:
    made, place = secretariat(tmp_path), tmp_path / "office" / "node"
    trusted = made.store.trust().root
    assert trusted is not None
    with Wizard(place) as wizard, served(made.repository) as (url, _asked):
        inside = wizard.inside()
        begun(inside)
        store = DirectoryStore.open(place / "directory")
        if by == "address":
            looked = inside.send("/partners", address=url)
        else:
            copy = {"copy": ("un.zip", zipped(made.repository, tmp_path / "copy"))}
            looked = inside.send("/partners", address="", files=copy)
        assert looked.status_code == 200
        assert shown_root(looked.text) == fingerprint(root_name(trusted))
        assert store.trust().root is None
        assert confirm(inside, looked.text, **{"with": "UN, +41"}) == 422
        assert confirm(inside, looked.text, compared="secretariat") == 422
        for unfit in ("U\u202eN, +41", "x" * 101):  # it goes into the audit whole or not at all
            said = {"compared": "secretariat", "with": unfit}
            assert confirm(inside, looked.text, **said) == 422
        assert store.trust().root is None
        said = {"compared": "secretariat", "with": "UN, +41"}
        assert confirm(inside, looked.text, **said) == 200
    held = store.load()
    assert list(held.states) == ["za"]
    assert held.trust.root == trusted
    assert load_config(place).directory_url == (url if by == "address" else "")


def test_what_is_no_directory_is_said_in_words_and_changes_nothing(tmp_path: Path) -> None:
    place, live = tmp_path / "office" / "node", secretariat(tmp_path, "live")
    (tmp_path / "empty").mkdir()
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        before = DirectoryStore.open(place / "directory").trust_bytes()
        with served(tmp_path / "empty") as (url, _asked):
            answers = [
                ("must begin with https://", inside.send("/partners", address="ftp://un.example")),
                ("This is not a directory", inside.send("/partners", address=url)),
            ]
        answers.append(("does not answer", inside.send("/partners", address=url)))
        for told, data in (
            ("This is not a directory", b"no zip"),
            ("of the other mode", zipped(live.repository, tmp_path / "copy")),
        ):
            copy = {"copy": ("un.zip", data)}
            answers.append((told, inside.send("/partners", address="", files=copy)))
        answers.append(("Enter the address", inside.send("/partners", address="")))
        for told, answer in answers:
            assert answer.status_code == 422
            assert told in answer.text
    assert DirectoryStore.open(place / "directory").trust_bytes() == before


def test_a_trust_file_with_a_root_is_taken_after_the_root_was_compared(tmp_path: Path) -> None:
    made, place = secretariat(tmp_path), tmp_path / "office" / "node"
    trusted = made.store.trust().root
    assert trusted is not None
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        file = {"file": ("trust.json", made.store.trust_bytes())}
        looked = inside.send("/partners", files=file)
        assert shown_root(looked.text) == fingerprint(root_name(trusted))
        for some in ([], ["za"], ["secretariat"]):
            said = {"compared": some, "with": "UN, +41"}
            assert confirm(inside, looked.text, **said) == 422, some
        assert DirectoryStore.open(place / "directory").trust().root is None
        both = ["secretariat", "za"]
        assert confirm(inside, looked.text, compared=both, **{"with": "UN, +41"}) == 200
    assert DirectoryStore.open(place / "directory").trust().root == trusted
