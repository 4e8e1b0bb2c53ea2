"""No command that is given a bundle to read writes into one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.bundle.makers import short_bundle, trust_file

from comity.cli import main


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    for path, data in short_bundle().items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    (tmp_path / "trust.json").write_bytes(trust_file().data)
    return folder


def straight(bundle: Path) -> Path:
    return bundle / "new"


def below(bundle: Path) -> Path:
    return bundle / "data" / "new"


def dotted(bundle: Path) -> Path:
    return bundle.parent / "bundle" / ".." / "bundle" / "new"


def linked(bundle: Path) -> Path:
    link = bundle.parent / "elsewhere"
    link.symlink_to(bundle / "data", target_is_directory=True)
    return link / "new"


def dangling(bundle: Path) -> Path:
    link = bundle.parent / "link"
    link.symlink_to(bundle / "new")
    return link


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("place", [straight, below, dotted, linked, dangling])
@pytest.mark.parametrize("declared", [True, False], ids=["whole", "without bagit.txt"])
def test_a_verdict_is_never_written_into_its_bundle(
    bundle: Path, place: Callable[[Path], Path], declared: bool
) -> None:
    if not declared:
        (bundle / "bagit.txt").unlink()
    before = sorted(bundle.rglob("*"))
    trust = ("--trust", bundle.parent / "trust.json")
    for command in (
        ("verify", bundle, *trust, "-o", place(bundle)),
        ("paper", "cover", bundle, *trust, "--lang", "en", "-o", _again(place, bundle)),
    ):
        done = run(*command)
        assert done.exit_code == 2
        assert "a file added to it would damage it: name a place outside of it" in done.stderr
        assert done.stdout == "", "nothing was verified first"
    assert sorted(bundle.rglob("*")) == before


def _again(place: Callable[[Path], Path], bundle: Path) -> Path:
    for name in ("elsewhere", "link"):
        (bundle.parent / name).unlink(missing_ok=True)
    return place(bundle)


@pytest.mark.parametrize(
    "command",
    [
        ("seal", "{trust}", "--dry-run", "-o"),
        ("keygen", "-o"),
        ("age", "keygen", "-o"),
        ("age", "encrypt", "{trust}", "-o"),
        ("open", "{trust}", "-i", "{trust}", "-o"),
        ("bundle", "case", "-o"),
        ("paper", "passport", "{trust}", "--lang", "en", "-o"),
        ("verifier", "-o"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_no_other_command_writes_into_a_bundle(bundle: Path, command: tuple[str, ...]) -> None:
    before = sorted(bundle.rglob("*"))
    told = (word.format(trust=bundle.parent / "trust.json") for word in command)
    done = run(*told, linked(bundle))
    assert done.exit_code == 2
    assert "would damage it" in " ".join(done.stderr.split())
    assert sorted(bundle.rglob("*")) == before


def test_a_second_bundle_is_kept_too(bundle: Path) -> None:
    other = bundle.parent / "other"
    other.mkdir()
    (other / "manifest-sha256.txt").touch()
    done = run("verify", bundle, other, "-o", other / "verdict.pdf")
    assert done.exit_code == 2
    assert f"lies inside {other}" in done.stderr
