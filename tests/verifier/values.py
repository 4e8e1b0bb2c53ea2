"""Bundles as values that a browser can be given."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from comity.bundle import MemoryReader, verify
from comity.directory import TrustFile

EXIT = {"intact": 0, "damaged": 1, "unpinned": 3, "disputed": 4}


def canonical(claim: Mapping[str, Any]) -> str:
    """Return a claim as text to compare."""
    return json.dumps(claim, sort_keys=True)


def as_value(data: bytes) -> Any:
    """Return bytes as the vectors write them: text if ASCII, else base64."""
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def as_values(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {path: as_value(data) for path, data in files.items()}


def told_here(files: Mapping[str, bytes], trust: TrustFile | None) -> dict[str, Any]:
    """Return what `comity verify` says, in the form of `told_there`."""
    report = verify(MemoryReader(files), trust=trust)
    first = report.first_failure
    return {
        "exit": report.exit_status,
        "heading": report.heading,
        "first": first and (first[0], first[1].code, first[1].path),
        "findings": sorted((s.number, f.code, f.path) for s in report.steps for f in s.findings),
        "claims": sorted(map(canonical, (claim.value() for claim in report.claims))),
        "statuses": [step.status for step in report.steps],
        "times": sorted((path, told["by"]) for path, told in report.times.items()),
        "about": report.about.value(),
        "looked_at": [dict(step.looked_at) for step in report.steps],
        "witnesses": dict(report.witnesses),
        "unlike": list(report.unlike_trust),
    }


def told_there(report: dict[str, Any]) -> dict[str, Any]:
    """Return what the page says, comparable."""
    first = report["first"]
    return {
        "exit": EXIT[report["verdict"]],
        "heading": report["heading"],
        "first": first and (first["step"], first["code"], first["path"]),
        "findings": sorted(
            (s["number"], f["code"], f["path"]) for s in report["steps"] for f in s["findings"]
        ),
        "claims": sorted(map(canonical, report["claims"])),
        "statuses": [step["status"] for step in report["steps"]],
        "times": sorted((told["path"], told["by"]) for told in report["times"]),
        "about": report["about"],
        "looked_at": [step["summary"] for step in report["steps"]],
        "witnesses": report["witnesses"],
        "unlike": report["unlike"],
    }
