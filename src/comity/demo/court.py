"""The end of the story: a bundle is written, checked, forged, and the forgery found out."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from comity.canonical import OperationError
from comity.demo.office import Office
from comity.demo.world import Teller


class VerdictError(OperationError, code="demo-verdict"):
    """A verdict is not the one the story needs: a defect."""


def _comity(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a person would; a verifier knows nothing of any node."""
    surroundings = {k: v for k, v in os.environ.items() if k != "COMITY_DIR"}
    if folder is not None:
        surroundings["COMITY_DIR"] = str(folder)
    return subprocess.run(
        [sys.executable, "-m", "comity", *words], env=surroundings, capture_output=True, check=False
    )


def settle(office: Office, conversations: tuple[str, ...]) -> None:
    """Wait until every message of ours is receipted and the log is cosigned."""

    def receipted() -> bool:
        rows = [m for c in conversations for m in office.conversation(c)["timeline"]]
        return all(m["receipts"] for m in rows if m["outgoing"])

    def cosigned() -> bool:
        log = office.case.get("/health")["log"]
        return bool(log["cosigned_size"] == log["tree_size"])

    office.wait_for("all receipts", receipted)
    office.wait_for("the witness", cosigned)


def write_bundle(folder: Path, case: str, target: Path, bag: Path) -> None:
    """Let the node's own command write the bundle of a case."""
    words = ("bundle", case, "-o", str(target), "--exhibits", str(bag), "--for", "proceedings")
    done = _comity(*words, folder=folder)
    if done.returncode:
        raise VerdictError(f"no bundle was written: {done.stderr.decode(errors='replace')[-300:]}")


def verdict(bundle: Path, trust: Path | None) -> tuple[int, dict[str, Any]]:
    """Return exit status and report of ``comity verify``."""
    words = ["verify", str(bundle), "--json", *(["--trust", str(trust)] if trust else [])]
    done = _comity(*words)
    report: dict[str, Any] = json.loads(done.stdout or b"{}")
    return done.returncode, report


def show_verdicts(out: Path, teller: Teller) -> None:
    """Check the bundle, a forged copy and one with a message left out.

    Raises:
        VerdictError: one of the verdicts is not the one that is due.
    """
    bundle, trust = out / "bundle", out / "trust.json"
    status, report = verdict(bundle, trust)
    _due(status, 0, report)
    proved = sum(claim["word"] == "proved" for claim in report["claims"])
    teller.say(f"with the trust file: intact; claims proved: {proved} (exit 0)")
    status, report = verdict(bundle, None)
    _due(status, 3, report)
    teller.say("without it: it fits together, but nobody vouches for the keys (exit 3)")
    forged = _copy(bundle, out / "forged")
    victim = min((forged / "data" / "messages").rglob("*.json"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    status, report = verdict(forged, trust)
    _due(status, 1, report)
    teller.say(f"one bit changed in a copy: {_first(report)} (exit 1)")
    shutil.rmtree(forged)
    omitted = _copy(bundle, out / "omitted")
    max((omitted / "data" / "messages").rglob("*.json")).unlink()
    status, report = verdict(omitted, trust)
    _due(status, 1, report)
    teller.say(f"one message left out: {_first(report)} (exit 1)")
    shutil.rmtree(omitted)


def _copy(bundle: Path, target: Path) -> Path:
    shutil.copytree(bundle, target)
    return target


def _due(status: int, due: int, report: dict[str, Any]) -> None:
    if status != due:
        raise VerdictError(f"verify ended {status} where {due} is due: {_first(report)}")


def _first(report: dict[str, Any]) -> str:
    """Return the first finding of the first failed step, in words."""
    if "error" in report:
        return str(report["error"].get("detail", ""))
    for step in report.get("steps", []):
        if step["status"] == "failed":
            finding = step["findings"][0]
            return f"step {step['number']}, {finding['path']}: {finding['reason']}"
    return "no finding"
