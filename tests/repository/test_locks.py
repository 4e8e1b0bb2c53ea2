"""The locks say what pyproject.toml asks for: by name, version and hash, with no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tests.repository.sources import REPOSITORY

LOCKS = (
    "requirements.lock",
    "requirements-full.lock",
    "requirements-dev.lock",
    "requirements-build.lock",
    "requirements-bootstrap.lock",
)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def locked(lock: str) -> dict[str, Version]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return {canonicalize_name(found[1]): Version(found[2]) for found in PINNED.finditer(text)}


def asked(*groups: str, extras: bool) -> list[Requirement]:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [] if groups == ("build",) else list(settings["project"]["dependencies"])
    for group in groups:
        lines += settings["dependency-groups"][group]
    if extras:
        for extra in settings["project"]["optional-dependencies"].values():
            lines += extra
    found = [Requirement(line) for line in lines]
    return [one for one in found if one.name != "comity"]  # an extra that another one brings


@pytest.mark.parametrize(
    ("lock", "groups", "extras"),
    [
        ("requirements.lock", (), False),
        ("requirements-full.lock", (), True),
        ("requirements-dev.lock", ("build", "dev"), True),
        ("requirements-build.lock", ("build",), False),
    ],
)
def test_a_lock_pins_everything_that_is_asked_for(
    lock: str, groups: tuple[str, ...], extras: bool
) -> None:
    pins = locked(lock)
    wrong = [
        str(requirement)
        for requirement in asked(*groups, extras=extras)
        if (version := pins.get(canonicalize_name(requirement.name))) is None
        or version not in requirement.specifier
    ]
    assert not wrong, "run `make lock`"


def test_the_locks_agree_on_every_version() -> None:
    plain, full, dev, build = map(locked, LOCKS[:4])
    assert plain.items() <= full.items() <= dev.items()
    assert build.items() <= dev.items()


def test_what_an_office_installs_brings_no_tool_of_the_checks() -> None:
    tools = {"pytest", "mypy", "ruff", "hypothesis"} | locked("requirements-build.lock").keys()
    assert not tools & locked("requirements-full.lock").keys()


def test_what_the_wheel_asks_for_has_a_measured_floor_and_what_is_private_a_ceiling() -> None:
    wrong = [
        str(one)
        for one in asked(extras=True)
        if not any(part.operator in {">=", "=="} for part in one.specifier)
    ]
    assert not wrong, "give the lowest version with which `make test-lowest` passes"
    used = {
        line.split()[1].split(".")[0]
        for path in (REPOSITORY / "src").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"(from|import) (?!comity)[a-z0-9_]+(\.[a-z0-9_]+)*\.(_[a-z]|internal\b)", line)
    }
    assert {"allauth", "tuf"} <= used
    for name in used:
        (found,) = [one for one in asked(extras=True) if one.name in {name, f"django-{name}"}]
        assert any(part.operator == "<" for part in found.specifier), f"{name} may change inside"


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
