"""Manifests that are too large, and one tag manifest of two packages: all programs say the same.

The limit is lowered, so that no file is large.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page
from tests.bundle.attacks_aside import taken
from tests.bundle.makers import bundle_of, case_of, evidence_of, resigned, trust_file, whole_story
from tests.stranger import bundle_evidence, bundle_files
from tests.stranger import verdict as stranger
from tests.verifier.conftest import JS
from tests.verifier.values import as_values, told_here, told_there

from comity.bundle import MemoryReader, layout, verify
from comity.evidence import bag
from comity.verifier.build import script
from comity.verifier.tables import modules

pytestmark = pytest.mark.full

LIMIT: Final = "const MAX_TAG_BYTES = 512 * 1024 * 1024;"

type Files = Mapping[str, bytes]
type Judge = Callable[[Files], dict[str, Any]]


@pytest.fixture
def judge_within(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Judge]]:
    """Lower the limit of a manifest in both programs, and judge in the page."""
    context = browser.new_context(offline=True)

    def within(limit: int) -> Judge:
        monkeypatch.setattr(layout, "MAX_TAG_BYTES", limit)
        text = script(JS / "bundles.js", modules())
        assert text.count(LIMIT) == 1
        page: Page = context.new_page()
        page.add_script_tag(content=text.replace(LIMIT, f"const MAX_TAG_BYTES = {limit};"))
        trust = trust_file().data.decode()

        def judge(files: Files) -> dict[str, Any]:
            call = "([files, trust]) => comity.judge(files, trust)"
            report: dict[str, Any] = page.evaluate(call, [as_values(files), trust])
            return report

        return judge

    yield within
    context.close()


def findings(files: Files) -> list[tuple[int, str, str]]:
    report = verify(MemoryReader(files), trust=trust_file())
    return [(step.number, one.path, one.code) for step in report.steps for one in step.findings]


def findings_there(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (step["number"], one["path"], one["code"])
        for step in report["steps"]
        for one in step["findings"]
    ]


def test_a_bundle_whose_manifest_is_too_large_is_told_by_all(
    judge_within: Callable[[int], Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = bundle_of(case_of(whole_story()), evidence_of(whole_story()))
    size = len(files[bag.MANIFEST_NAME])
    assert size == max(len(files[path]) for path in layout.TAG_FILES)
    assert bundle_files.MAX_TAG_FILE == layout.MAX_TAG_BYTES == 536_870_912, "C-16-89"
    assert findings_there(judge_within(size)(files)) == findings(files) == []
    assert stranger.verify(files, trust_file().data).exit == 0
    there = judge_within(size - 1)(files)
    monkeypatch.setattr(bundle_files, "MAX_TAG_FILE", size - 1)
    found = stranger.verify(files, trust_file().data)
    assert (found.exit, found.step, found.code) == (1, 1, "bundle-limit")
    assert told_there(there) == told_here(files, trust_file())
    assert (1, bag.MANIFEST_NAME, "bundle-limit") in findings(files)
    assert findings_there(there) == findings(files)


@pytest.mark.parametrize("name", [bag.MANIFEST_NAME, bag.TAG_MANIFEST_NAME])
def test_an_exhibits_bag_with_too_large_a_manifest_is_told_by_all(
    judge_within: Callable[[int], Judge], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    files = bundle_of(case_of(whole_story()), evidence_of(whole_story()))
    (path,) = (path for path in files if path.startswith("data/exhibits/") and path.endswith(name))
    there = judge_within(len(files[path]) - 1)(files)
    assert (10, path, "bundle-limit") in findings(files)
    assert (10, path, "bundle-limit") in findings_there(there)
    assert stranger.verify(files, trust_file().data).exit == 0
    monkeypatch.setattr(bundle_evidence, "MAX_TAG_FILE", len(files[path]) - 1)
    found = stranger.verify(files, trust_file().data)
    assert (found.exit, found.step, found.code) == (1, 10, "bundle-limit")
    assert told_there(there) == told_here(files, trust_file())


def test_what_describes_an_exhibits_files_may_be_larger_than_any_manifest(
    judge_within: Callable[[int], Judge],
) -> None:
    files = bundle_of(case_of(whole_story()), evidence_of(whole_story()))
    inside = [path for path in files if path.startswith("data/exhibits/")]
    (large,) = (path for path in inside if path.endswith("/metadata/case.jsonld"))
    limit = len(files[large]) - 1
    assert limit > max(len(files[p]) for p in inside if "manifest-sha" in p)
    assert [one for one in findings(files) if one[0] == 10] == []
    there = judge_within(limit)(files)
    assert [one for one in findings(files) if one[0] == 10] == []
    assert told_there(there) == told_here(files, trust_file())


def opened(files: Files) -> list[str]:
    return sorted({path.split("/")[2] for path in files if path.startswith("data/exhibits/")})


def test_two_packages_may_have_one_bag_and_each_is_judged_by_its_own_files(
    judge_within: Callable[[int], Judge],
) -> None:
    files = taken({})
    tops = [path for path in files if path.endswith(f"/{bag.TAG_MANIFEST_NAME}")]
    assert len({files[path] for path in tops}) == 1
    assert len(opened(files)) == len(tops) == 2
    judge = judge_within(layout.MAX_TAG_BYTES)
    assert findings_there(judge(files)) == findings(files) == []
    assert stranger.verify(files, trust_file().data).exit == 0
    for root in opened(files):
        path = f"data/exhibits/{root}/data/mail.txt"
        spoilt = resigned({**files, path: b"another"})
        assert findings(spoilt) == [(10, path, "package-digest")]
        assert findings_there(judge(spoilt)) == findings(spoilt)
        found = stranger.verify(spoilt, trust_file().data)
        assert (found.exit, found.step, found.code) == (1, 10, "package-digest")
