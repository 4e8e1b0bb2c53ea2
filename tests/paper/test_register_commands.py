"""The register in and out by commands, on a node's own machine."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from tests.api.nodes import Office
from tests.forked import run as forked_run
from tests.paper.papers import SENEGAL, request_sections, taken_in

MAPPING = """mapping = 1
dates = ["YYYY-MM-DD"]

[columns]
reference = "No"
correspondent = "Authority"
direction = "In/out"
measure = "Measure"
status = "Status"
received = "Received"
subject = "Subject"
"""
HEAD = "No,Authority,In/out,Measure,Status,Received,Subject\n"


def run(*arguments: str, expect: int = 0) -> str:
    """Run a command as the operator does; return what it printed."""
    done = forked_run(
        [sys.executable, "-m", "comity", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return str(done.stdout)


def sheet(folder: Path, rows: int) -> tuple[str, str]:
    """Write a register and its mapping; return their paths."""
    lines = [
        f"{n},Parquet de Dakar,in,preservation,closed,2025-01-0{n % 9 + 1},=cmd{n}"
        for n in range(rows)
    ]
    (folder / "register.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return str(folder / "register.csv"), str(folder / "mapping.toml")


def test_a_register_is_tried_taken_over_and_not_taken_twice(office: Office, tmp_path: Path) -> None:
    file, mapping = sheet(tmp_path, 20)
    node = str(office.process.config.folder)
    told = ["register", "import", node, file, "--mapping", mapping, "--lang", "fr", "--json"]
    tried = json.loads(run(*told, "--dry-run"))
    assert (tried["made"], tried["refused"]) == (20, [])
    assert json.loads(run(*told))["made"] == 20
    again = json.loads(run(*told))
    assert (again["made"], again["known"]) == (0, 20)
    found = office.ok("author", "GET", "/cases", params={"state": "closed", "partner": SENEGAL})
    assert len(found["cases"]) == 20


def test_the_export_is_whole_and_its_digests_hold(office: Office, tmp_path: Path) -> None:
    item = taken_in(office, b"From: a@b.example\nSubject: =HYPERLINK()\n\nx\n", sender="=1+1")
    told = {
        "type": "request.submitted",
        "author": SENEGAL,
        "sections": request_sections(reference="=cmd"),
    }
    made = office.ok("author", "POST", f"/mail/{item['item']}/transcript", json=told)
    output = tmp_path / "register"
    run("register", "export", str(office.process.config.folder), "-o", str(output))
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=output, check=False
    )
    assert done.returncode == 0
    listed = {line.split("  ", 1)[1] for line in (output / "SHA256SUMS").read_text().splitlines()}
    files = {str(path.relative_to(output)) for path in output.rglob("*") if path.is_file()}
    assert files == {*listed, "SHA256SUMS"}
    digest = item["original"].removeprefix("sha256:")
    data = (output / "originals" / digest).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    rows = json.loads((output / "conversations.json").read_text(encoding="utf-8"))
    assert made["conversation"] in {one["conversation"] for one in rows}
    with (output / "conversations.csv").open(encoding="utf-8-sig", newline="") as table:
        references = {one["reference"] for one in csv.DictReader(table)}
    assert "'=cmd" in references
    assert "=cmd" not in references
    audited = json.loads((output / "audit.json").read_text(encoding="utf-8"))
    assert audited[-1]["action"] == "register.exported"


def test_an_export_never_writes_over_anything(office: Office, tmp_path: Path) -> None:
    run("register", "export", str(office.process.config.folder), "-o", str(tmp_path), expect=2)
    assert list(tmp_path.iterdir()) == []
