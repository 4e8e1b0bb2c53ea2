"""The page judges a case of two editions as `comity verify` does, also where it lacks one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.bundle.makers import VN, ZA, bundle_of, case_of, trust_file
from tests.bundle.two_editions import known, refused_within, whole_case
from tests.exchange.editions import NEWER
from tests.verifier.values import as_values, told_here, told_there


def case(exporter: str) -> dict[str, bytes]:
    with known(NEWER):
        return bundle_of(case_of(whole_case(), exporter))


def both(page: Page, files: dict[str, bytes]) -> dict[str, object]:
    """Return the page's verdict, once it is the program's."""
    trust = trust_file()
    report: dict[str, object] = page.evaluate(
        "a => comity.judge(...a)", [as_values(files), trust.data.decode()]
    )
    assert told_there(report) == told_here(files, trust)
    return report


@pytest.mark.parametrize("exporter", [VN, ZA])
def test_a_page_that_knows_the_newer_edition(loaded: Callable[[str], Page], exporter: str) -> None:
    files = case(exporter)
    with known(NEWER):
        report = both(loaded("bundles.js"), files)
    assert report["verdict"] == "intact"


def test_a_page_that_lacks_the_newer_edition(loaded: Callable[[str], Page]) -> None:
    page = loaded("bundles.js")
    report = both(page, case(ZA))
    assert report["verdict"] == "intact"
    states = [one for one in report["claims"] if one["claim"] == "state"]  # type: ignore[attr-defined]
    assert [one["word"] for one in states] == ["unknown"]


@pytest.mark.parametrize(("exporter", "verdict"), [(VN, "intact"), (ZA, "damaged")])
def test_a_refusal_that_its_own_edition_contradicts(
    loaded: Callable[[str], Page], exporter: str, verdict: str
) -> None:
    report = both(loaded("bundles.js"), bundle_of(case_of(refused_within(), exporter)))
    assert report["verdict"] == verdict
