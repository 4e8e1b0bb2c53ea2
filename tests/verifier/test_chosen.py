"""What is chosen on the page and is no bundle, or no trust file: the same is said as at a command.

No verdict stands there, and nothing to print: what was chosen by mistake is nobody's fault.
"""

import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from tests.bundle.makers import short_bundle, trust_file
from tests.conftest import REPOSITORY
from tests.verifier.checking import put

from comity.cli import main
from comity.verifier.tables import LANGUAGES, words

pytestmark = pytest.mark.full


def chosen(folder: Path, kind: str) -> tuple[Path, list[Path]]:
    """Return a folder that is no bundle, and what has to be chosen instead."""
    bundle = put(folder / "the stick" / "VN-1 (copy)", short_bundle())
    stick = bundle.parent
    if kind == "stick":
        other = put(stick / "cases" / "b", short_bundle())
        return stick, [bundle, other]
    if kind == "one":
        return stick, [bundle]
    if kind == "data":
        return bundle / "data", [bundle]
    if kind == "zip":
        return put(folder / "sent", {"case.zip": b"PK\x05\x06" + bytes(18)}), []
    return put(folder / "letters", {"data/a.txt": b"a", "b.txt": b"b"}), []


SAYS = {
    "stick": ("no-bundle-inside", "there are 2 in it"),
    "one": ("no-bundle-inside", "is one"),
    "data": ("no-bundle-part", "a part of one"),
    "zip": ("no-bundle-zip", "unpack case.zip"),
    "other": ("no-bundle-name", "name the folder with bagit.txt in it"),
}


@pytest.mark.parametrize("kind", SAYS)
def test_a_folder_that_is_no_bundle_gets_no_verdict(page: Page, tmp_path: Path, kind: str) -> None:
    folder, right = chosen(tmp_path, kind)
    page.set_input_files("#folder", folder)
    state, (name, _) = page.locator("#bundle-state"), SAYS[kind]
    for lang in ("en", "ar"):
        page.select_option("#language", lang)
        for key, value in (("no-bundle", folder.name), (name, "")):
            expect(state).to_contain_text(words(lang)[key].format(name=value, names="").strip())
    for one in right if kind != "data" else ():
        expect(state).to_contain_text(str(one.relative_to(folder)))
    expect(page.locator("#check")).to_be_disabled()
    expect(page.locator("#result")).to_be_hidden()
    page.set_input_files("#folder", tmp_path / "the stick" / "VN-1 (copy)")
    expect(page.locator("#check")).to_be_enabled()


@pytest.mark.parametrize("kind", SAYS)
def test_the_command_says_the_same_with_what_to_type(tmp_path: Path, kind: str) -> None:
    folder, right = chosen(tmp_path, kind)
    trust = tmp_path / "trust file.json"
    trust.write_bytes(trust_file().data)
    typed = ["--trust", str(trust), "--lang", "fr", "--require", "message-signed"]
    done = CliRunner().invoke(main, ["verify", str(folder), *typed])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{folder} is no court bundle" in done.stderr
    assert SAYS[kind][1] in done.stderr
    for one in right:
        assert shlex.join(["comity", "verify", str(one), *typed]) in done.stderr


def test_bundles_in_a_folder_are_named_up_to_a_bound(page: Page, tmp_path: Path) -> None:
    files = {"bagit.txt": b"", "data/bundle.json": b""}
    for number in range(23):
        put(tmp_path / "stick" / f"{number:02}", files)
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "stick")])
    assert done.stderr.count("  comity verify ") == 20
    assert "and 3 more" in done.stderr
    page.set_input_files("#folder", tmp_path / "stick")
    expect(page.locator("#bundle-state")).to_contain_text("18, 19, and 3 more")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_trust_file_that_is_none_comes_with_what_is_next(
    page: Page, tmp_path: Path, lang: str
) -> None:
    (tmp_path / "trust.json").write_text("{ }")
    page.select_option("#language", lang)
    page.set_input_files("#trust", tmp_path / "trust.json")
    expect(page.locator("#trust-state")).to_contain_text(words(lang)["trust-bad"])
    told = tomllib.loads((REPOSITORY / "src/comity/cli/words.toml").read_text("utf-8"))
    known = told["trust-file"]
    assert known["why"] in words("en")["trust-bad"]
    assert known["next"].partition(", then ")[0] in words("en")["trust-bad"]
