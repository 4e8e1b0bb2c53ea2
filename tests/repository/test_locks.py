"""The locks say what pyproject.toml asks for: by name, version and hash, with no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tests.repository.sources import REPOSITORY

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def locked(lock: str) -> dict[str, Version]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return {canonicalize_name(found[1]): Version(found[2]) for found in PINNED.finditer(text)}


def asked(*groups: str) -> list[Requirement]:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(settings["project"]["dependencies"])
    for group in groups:
        lines += settings["dependency-groups"][group]
    if "dev" in groups:  # the checks run with every optional part
        for extra in settings["project"]["optional-dependencies"].values():
            lines += extra
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ("build",)), ("requirements-dev.lock", ("build", "dev"))],
)
def test_a_lock_pins_everything_that_is_asked_for(lock: str, groups: tuple[str, ...]) -> None:
    pins = locked(lock)
    wrong = [
        str(requirement)
        for requirement in asked(*groups)
        if (version := pins.get(canonicalize_name(requirement.name))) is None
        or version not in requirement.specifier
    ]
    assert not wrong, "run `make lock`"


def test_both_locks_agree_on_every_version() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock: str) -> None:
    assert "://" not in (REPOSITORY / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    text = (REPOSITORY / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert all(PINNED.match(line) and "--hash=sha256:" in line for line in lines)


def test_no_other_lock_is_kept() -> None:
    assert not (Path(REPOSITORY) / "uv.lock").exists()
