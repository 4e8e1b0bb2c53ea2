"""Two implementations, one verdict: the same step, code and file for every bundle there is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.bundle.attack import Attack
from tests.bundle.attacks import attacks
from tests.bundle.deeds import DEEDS, Deed, honest_bundle
from tests.bundle.makers import (
    ZA,
    bundle_of,
    case_of,
    evidence_of,
    redacted_bundle,
    redacted_path,
    resigned,
    stamped_bundle,
    trust_file,
    whole_story,
)
from tests.bundle.test_vectors import BASES, VECTORS
from tests.ledger.authority import GOOD
from tests.verifier.test_stamps import authority
from tests.verifier.values import EXIT, as_values, told_here, told_there
from tests.walks import every

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    made = loaded("bundles.js")
    made.evaluate("bases => { globalThis.bases = bases; }", BASES)
    return made


@every("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_has_its_stated_verdict(page: Page, vector: dict[str, Any]) -> None:
    report = page.evaluate(
        """([base, changes, trust]) => {
            const files = { ...bases[base], ...changes };
            for (const path in changes) if (changes[path] === null) delete files[path];
            return comity.judge(files, trust);
        }""",
        [vector["base"], vector["changes"], vector["trust"] and json.dumps(vector["trust"])],
    )
    first = report["first"]
    assert {
        "code": first["code"] if first else "",
        "exit": EXIT[report["verdict"]],
        "step": first["step"] if first else 0,
    } == {
        name: value
        for name, value in vector["expect"].items()
        if name not in ("claims", "never", "shows")
    }
    odd = [one for one in report["claims"] if one["word"] in ("contradicted", "disputed")]
    told = sorted({" ".join((one["claim"], one["word"], *one["by"])) for one in odd})
    assert told == vector["expect"].get("claims", told)
    every_one = {" ".join((one["claim"], one["word"], *one["by"])) for one in report["claims"]}
    assert set(vector["expect"].get("shows", ())) <= every_one
    words = {f"{one['claim']} {one['word']}" for one in report["claims"]}
    assert not words & set(vector["expect"].get("never", ()))


@pytest.mark.long
@every("attack", attacks, ids=lambda attack: attack.name)
def test_an_attack_is_found_as_comity_verify_finds_it(page: Page, attack: Attack) -> None:
    trust = attack.trust.data.decode() if attack.trust else None
    report = page.evaluate("([f, t]) => comity.judge(f, t)", [as_values(attack.files), trust])
    assert told_there(report) == told_here(attack.files, attack.trust)


@every("deed", DEEDS, ids=lambda deed: deed.name)
def test_no_message_of_a_partner_spoils_the_honest_bundle(page: Page, deed: Deed) -> None:
    files, trust = honest_bundle(deed), trust_file()
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert told_there(report) == told_here(files, trust)
    told = [one["claim"] for one in report["claims"]]
    assert ("message-named" in told) is deed.untold


def test_the_other_side_can_export_too(page: Page) -> None:
    files = bundle_of(case_of(whole_story(), ZA), evidence_of(whole_story()))
    trust = trust_file()
    report = page.evaluate(
        "([f, t]) => comity.judge(f, t)", [as_values(files), trust.data.decode()]
    )
    assert told_there(report) == told_here(files, trust)
    assert report["verdict"] == "intact"


def test_a_redacted_copy_is_intact_and_says_by_which_decision(page: Page) -> None:
    files, trust = redacted_bundle(), trust_file()
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert told_there(report) == told_here(files, trust)
    told = [one for one in report["claims"] if one["facts"].get("path") == redacted_path()]
    assert [one["claim"] for one in told] == ["evidence-withheld"]
    assert told[0]["facts"]["decision"]


def test_an_empty_folder_is_no_bundle(page: Page) -> None:
    report = page.evaluate("comity.judge({}, null)")
    assert told_there(report) == told_here({}, None)
    assert report["verdict"] == "damaged"


def test_what_the_page_cannot_check_vouches_for_nothing(page: Page, tmp_path: Path) -> None:
    files = stamped_bundle()
    stamp = next(path for path in sorted(files) if path.endswith(".1.tsr"))
    note = files[stamp.removesuffix(".1.tsr") + ".note"]
    token, root = authority(tmp_path, "brainpool", note)
    trust = trust_file(timestamp_roots=(GOOD.root_pem, root))
    files = resigned({**files, stamp: token})
    told = "openssl knows the curve, and dates the tree after the export"
    assert told_here(files, trust)["exit"] == EXIT["disputed"], told
    report = page.evaluate("a => comity.judge(...a)", [as_values(files), trust.data.decode()])
    assert report["verdict"] == "unpinned"
    assert [step["number"] for step in report["steps"] if step["unchecked"]] == [8]
    assert report["steps"][7]["unchecked"][0]["path"] == stamp
