"""What is on the list of known digests is marked when it comes, before anybody looks."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from comity.node.sensitive.known_digests import KnownDigestsError, digests_of, is_known

DATA = b"a picture"


@pytest.mark.parametrize("name", ["sha256", "sha1", "md5"])
@pytest.mark.parametrize("upper", [False, True])
def test_a_digest_of_each_kind_is_found(tmp_path: Path, name: str, *, upper: bool) -> None:
    digest = hashlib.new(name, DATA, usedforsecurity=False).hexdigest()
    path = tmp_path / "known.txt"
    told = digest.upper() if upper else digest
    path.write_text(f"# list of 2026\n\n{'0' * 64}\n{told}  # hit\n")
    assert is_known(path, digests_of(DATA, None))
    assert not is_known(path, digests_of(b"another", None))


def test_a_file_inside_a_mail_is_found_by_its_digest(tmp_path: Path) -> None:
    inside = hashlib.sha256(DATA).hexdigest()
    deep = {"attachments": [{"sha256": inside, "attachments": []}], "sha256": "1" * 64}
    reading: dict[str, Any] = {"original": {"attachments": [deep]}}
    path = tmp_path / "known.txt"
    path.write_text(f"{inside}\n")
    assert is_known(path, digests_of(b"the mail", reading))


@pytest.mark.parametrize("told", ["no digest\n", "0" * 63 + "\n", "0" * 5000])
def test_a_list_that_cannot_be_read_lets_nothing_in(tmp_path: Path, told: str) -> None:
    path = tmp_path / "known.txt"
    path.write_text(hashlib.sha256(DATA).hexdigest() + "\n" + told)
    with pytest.raises(KnownDigestsError):
        is_known(path, digests_of(DATA, None))
    with pytest.raises(KnownDigestsError):
        is_known(tmp_path / "absent", digests_of(DATA, None))


def test_without_a_list_nothing_is_known() -> None:
    assert not is_known(None, digests_of(DATA, None))
