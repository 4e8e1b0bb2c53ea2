"""Spoilt bundles, each with the one step and code that must find it first.

``python -m tests.bundle.attacks`` writes them as vectors: a base and what differs from it.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bundle import (
    attacks_aside,
    attacks_claims,
    attacks_editions,
    attacks_evidence,
    attacks_exporter,
    attacks_moments,
    attacks_proofs,
    attacks_restored,
    attacks_rules,
    attacks_second,
    attacks_witnesses,
    attacks_words,
)
from tests.bundle.attack import STAMPING, Attack, Files
from tests.bundle.makers import (
    EXHIBIT,
    EXPORTED,
    VN,
    ZA,
    bundle_of,
    case_of,
    directory,
    evidence_of,
    redacted_bundle,
    revoking,
    short_bundle,
    short_story,
    stamped_bundle,
    trust_file,
    whole_bundle,
    whole_story,
)
from tests.bundle.pairs import Pair, pairs
from tests.ledger.authority import GOOD, Authority
from tests.spec.named import named

from comity.bundle import Withheld, layout

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "bundle"

SHOWN = (
    f"approval attested {VN}",
    f"approval attested {ZA}",
    f"custody-event attested {VN}",
    f"custody-event attested {ZA}",
    f"exporter-prose attested {VN}",
    f"hand-over proved {VN} {ZA}",
    "log-single unknown",
    "not-invented-together unknown",
    f"nothing-later unknown {VN}",
    f"state proved {ZA}",
)
"""What a whole case shows, and what it leaves open."""


def attacks() -> Iterator[Attack]:
    """Yield good bundles and every attack."""
    yield from _good()
    yield from attacks_words.attacks()
    yield from attacks_proofs.attacks()
    yield from attacks_evidence.attacks()
    yield from attacks_exporter.attacks()
    yield from attacks_claims.attacks()
    yield from attacks_moments.attacks()
    yield from attacks_editions.attacks()
    yield from attacks_witnesses.attacks()
    yield from attacks_restored.attacks()
    yield from attacks_aside.attacks()
    yield from attacks_rules.attacks()
    yield from attacks_second.attacks()


def _good() -> Iterator[Attack]:
    short, whole = short_bundle(), whole_bundle()
    yield Attack("a preservation, proved", "short", short, 0, "", 0)
    yield Attack("a case with evidence, proved", "whole", whole, 0, "", 0, shows=SHOWN)
    yield Attack("no trust file: no key vouched for", "short", short, 0, "", 3, None)
    only = trust_file("vn")
    yield Attack("a State the trust file does not pin", "short", short, 0, "", 3, only)
    case = case_of(short_story())
    path = layout.section_path(case.messages[0].content, "subject")
    hidden = bundle_of(replace(case, withheld={path: Withheld("ongoing investigation")}))
    yield Attack("a withheld section, listed", "short", hidden, 0, "", 0)
    stamps = stamped_bundle()
    yield Attack("a case with time stamps, proved", "stamped", stamps, 0, "", 0, STAMPING)
    brief = Authority("brief", GOOD.not_before, EXPORTED)
    ended = stamped_bundle(by=(brief,))
    trust = trust_file(timestamp_roots=(brief.root_pem,))
    name = "time stamps whose authority's certificate has ended since"
    yield Attack(name, "stamped", ended, 0, "", 0, trust)
    name = "time stamps by an authority the trust file does not name: no proof, no fault"
    yield Attack(name, "stamped", stamps, 0, "", 0)
    two = stamped_bundle(by=(GOOD, Authority("two")))
    yield Attack("two authorities, one of them trusted", "stamped", two, 0, "", 0, STAMPING)
    name = "a redacted copy: a file of an opened exhibit withheld by a decision"
    yield Attack(name, "whole", redacted_bundle(), 0, "", 0)
    pages = {layout.case_path(EXHIBIT): b"{}", layout.paper_path("passport"): b"%PDF-2.0"}
    papers = bundle_of(case_of(whole_story(), papers=pages), evidence_of(whole_story()))
    yield Attack(
        "passports for people and for programs beside the chain", "whole", papers, 0, "", 0
    )
    held = case_of(short_story(), directory=directory(revoking(VN, "message", EXPORTED)))
    name = "a key revoked after its messages were receipted"
    yield Attack(name, "short", bundle_of(held), 0, "", 0)


def write_vectors() -> None:
    """Write bases, trust files and differences."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bases = {"short": short_bundle(), "stamped": stamped_bundle(), "whole": whole_bundle()}
    for name, files in bases.items():
        value = {"files": {path: _text(data) for path, data in sorted(files.items())}}
        _dump(f"{name}.json", value)
    vectors = []
    for attack in attacks():
        trust = None if attack.trust is None else json.loads(attack.trust.data)
        expect: dict[str, Any] = {"code": attack.code, "exit": attack.exit, "step": attack.step}
        if attack.claims is not None:
            expect["claims"] = sorted(set(attack.claims))
        if attack.shows:
            expect["shows"] = sorted(set(attack.shows))
        if attack.never:
            expect["never"] = sorted(set(attack.never))
        vectors.append(
            {
                "base": attack.base,
                "changes": _difference(bases[attack.base], attack.files),
                "expect": expect,
                "name": attack.name,
                "trust": trust,
            }
        )
    _dump("vectors.json", named("bundle/vectors.json", {"vectors": vectors}))
    _dump("pairs.json", named("bundle/pairs.json", {"vectors": [*map(_pair, pairs())]}))


def _pair(pair: Pair) -> dict[str, Any]:
    base = short_bundle()
    expect = {"claims": sorted(pair.claims), "code": "", "exit": pair.exit, "step": 0}
    more = {"never": sorted(pair.never), "shows": sorted(pair.shows)}
    return {
        "base": "short",
        "changes": [_difference(base, pair.one), _difference(base, pair.other)],
        "expect": {**expect, **{name: told for name, told in more.items() if told}},
        "name": pair.name,
        "trust": json.loads(pair.trust.data),
    }


def _difference(base: Files, files: Files) -> dict[str, Any]:
    """Return path -> content of what a bundle has otherwise than a base, None for what is gone."""
    changed = [p for p in sorted(base.keys() | files.keys()) if base.get(p) != files.get(p)]
    return {path: _text(files[path]) if path in files else None for path in changed}


def _text(data: bytes) -> Any:
    """Return text as text and other bytes as base64."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
    return text


def _dump(name: str, value: Any) -> None:
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_vectors()
