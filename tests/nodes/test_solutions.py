"""Two nodes exchange a solution package, and refuse one that is not what its author signed."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.nodes.conftest import Pair
from tests.nodes.test_assistance import asked, note, refused
from tests.walks import sampled

from comity.demo.office import Office
from comity.evidence.solution import file_digest, read_solution

pytestmark = pytest.mark.long  # real nodes

ABOUT = """
version = "{version}"
kind = "detection-rules"
matter = "{matter}"
description = "Rules for the mail gateway."
topics = ["methods"]
licence = "CC-BY-4.0"
needs = ["A gateway that reads YARA"]
used_by = ["National CERT"]
withdrawal = "By a message in the conversation in which it was given."
{more}
[[tested]]
by = "National CERT"
at = "2026-02-01T00:00:00Z"
how = "one month on live mail"
"""


def comity(*arguments: object, status: int = 0, **environment: str) -> dict[str, Any]:
    line = [str(Path(sys.executable).with_name("comity")), *map(str, arguments), "--json"]
    done = subprocess.run(
        line,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert done.returncode == status, done.stderr
    found: dict[str, Any] = json.loads(done.stdout or done.stderr)
    return found


def packed(
    office: Office,
    home: Path,
    *,
    matter: str = "Mail rules",
    version: str = "1.0.0",
    more: str = "",
) -> Path:
    """Pack a solution on the machine of an office's node."""
    folder = home / f"{matter} {version}"
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "mail.yar").write_text("rule mail { condition: false }\n")
    (folder / "install.sh").write_text("#!/bin/sh\ntouch /tmp/never\n")
    (folder / "install.sh").chmod(0o755)
    about = home / f"{matter} {version}.toml"
    about.write_text(ABOUT.format(matter=matter, version=version, more=more))
    target = home / f"{matter} {version}.comity-solution"
    node = office.place.config.folder
    told = comity("solution", "pack", about, folder, "-o", target, "--dir", node)
    assert told["digest"] == file_digest(target.read_bytes())
    return target


def test_a_topic_that_the_law_does_not_list_is_not_packed(pair: Pair, tmp_path: Path) -> None:
    about, folder = tmp_path / "about.toml", tmp_path / "folder"
    folder.mkdir()
    (folder / "rule.yar").write_text("rule mail { condition: false }\n")
    text = ABOUT.format(matter="Rules", version="1.0.0", more="")
    about.write_text(re.sub(r"topics = .*", 'topics = ["weather"]', text))
    target, node = tmp_path / "out", pair.vn.place.config.folder
    told = comity("solution", "pack", about, folder, "-o", target, "--dir", node, status=2)
    assert "'weather' is no topic" in told["error"]["detail"]
    assert not target.exists()


def kept(office: Office, file: Path) -> str:
    found: dict[str, Any] = office.case.send("/solutions", file.read_bytes())
    digest: str = found["digest"]
    return digest


def offered(office: Office, digest: str, conversation: str) -> dict[str, Any]:
    """Offer a solution as an office's people do: by command, signature and sending."""
    draft = office.case.post(f"/solutions/{digest}/offer", {"conversation": conversation})["draft"]
    office._approve(draft, office.place.officers["author"], "author", office.case)
    sent: dict[str, Any] = office.case.post(f"/drafts/{draft}/send")
    return sent


def stage(office: Office, digest: str, wanted: str) -> dict[str, Any]:
    """Wait until a solution is at a stage at an office; return what the catalogue says of it."""

    def seen() -> Any:
        rows = office.case.get("/solutions")["solutions"]
        return next((r for r in rows if (r["digest"], r["stage"]) == (digest, wanted)), None)

    found: dict[str, Any] = office.wait_for(f"a solution {wanted}", seen)
    return found


# ------------------------------------------------------------------ what must not happen


@pytest.mark.long
def test_what_was_changed_after_signing_is_not_even_kept(pair: Pair, tmp_path: Path) -> None:
    whole = packed(pair.za, tmp_path, matter="Spoiled").read_bytes()
    spoiled = whole.replace(b"condition: false", b"condition:  true")
    assert spoiled != whole
    assert refused(pair.za.case.send, "/solutions", spoiled) == "solution-changed"
    (tmp_path / "spoiled").write_bytes(spoiled)
    said = comity("solution", "verify", tmp_path / "spoiled", status=1)
    assert said["error"]["code"] == "solution-changed"


@pytest.mark.long
def test_what_changes_at_the_giver_is_refused_by_the_receiver_and_nothing_is_lost(
    pair: Pair, tmp_path: Path
) -> None:
    conversation = asked(pair)
    file = packed(pair.za, tmp_path, matter="Changed on the way")
    digest = kept(pair.za, file)
    spoiled = file.read_bytes().replace(b"touch /tmp/never", b"touch /tmp/ever!")
    path = pair.za.place.config.database_file
    with closing(sqlite3.connect(path, timeout=20, autocommit=True)) as rows:
        rows.execute("UPDATE node_solutionfile SET data = ? WHERE digest = ?", (spoiled, digest))
    offered(pair.za, digest, conversation)
    failed = stage(pair.vn, digest, "failed")
    assert failed["last_fault"] == "solution-changed"
    assert refused(pair.vn.case.fetch, f"/solutions/{digest}/file") == "not-here"
    assert pair.vn.case.get(f"/solutions/{digest}")["statement"]["matter"] == "Changed on the way"
    pair.vn.case.send("/solutions", file.read_bytes())  # brought by hand, the right one is taken
    assert stage(pair.vn, digest, "stored")["last_fault"] == ""


@pytest.mark.long
def test_one_that_nobody_offered_is_not_taken_in(pair: Pair, tmp_path: Path) -> None:
    file = packed(pair.za, tmp_path, matter="By mail")
    assert refused(pair.vn.case.send, "/solutions", file.read_bytes()) == "solution-standing"


@pytest.mark.long
def test_its_author_says_to_which_states_it_goes(pair: Pair, tmp_path: Path) -> None:
    conversation = asked(pair)
    digest = kept(pair.za, packed(pair.za, tmp_path, matter="Own", more='share_with = ["na"]'))
    wanted = {"conversation": conversation}
    assert refused(pair.za.case.post, f"/solutions/{digest}/offer", wanted) == "solution-sharing"


def test_who_was_offered_nothing_gets_nothing(pair: Pair, tmp_path: Path) -> None:
    digest = kept(pair.za, packed(pair.za, tmp_path, matter="Kept here"))
    assert refused(pair.vn.case.get, f"/solutions/{digest}") == "not-here"
    assert [r for r in pair.vn.case.get("/solutions")["solutions"] if r["digest"] == digest] == []


# ------------------------------------------------------------------ the whole way


def test_a_solution_is_given_checked_confirmed_and_withdrawn(pair: Pair, tmp_path: Path) -> None:
    conversation = asked(pair)
    file = packed(pair.za, tmp_path)
    digest = kept(pair.za, file)
    sent = offered(pair.za, digest, conversation)
    came = stage(pair.vn, digest, "stored")
    assert (came["party"], came["giver"], came["ours"]) == (pair.za.party, pair.za.party, False)
    assert pair.vn.case.fetch(f"/solutions/{digest}/file") == file.read_bytes()
    assert not Path("/tmp/never").exists()  # what it would do if it were run
    out = tmp_path / "out"
    out.write_bytes(pair.vn.case.fetch(f"/solutions/{digest}/file"))
    trust = tmp_path / "trust.json"
    trust.write_bytes(pair.world.secretariat.trust_bytes())
    assert comity("solution", "verify", out, "--trust", trust)["author"] == "proved"
    assert comity("solution", "verify", out, status=3)["author"] == "not proved"
    pair.vn.send(
        "solution.received", {}, signatures=0, conversation=conversation, about=sent["content"]
    )
    pair.za.wait_message(conversation, "solution.received")

    withdrawn = pair.za.case.post(
        f"/solutions/{digest}/withdraw",
        {
            "reasons": {"lang": "en", "text": "A rule matched a newspaper."},
            "replaced_by": "1.0.1",
        },
    )
    (draft,) = withdrawn["drafts"]
    pair.za._approve(draft, pair.za.place.officers["author"], "author", pair.za.case)
    pair.za.case.post(f"/drafts/{draft}/send")
    pair.vn.wait_message(conversation, "solution.withdrawn")
    told = pair.vn.case.get(f"/solutions/{digest}")
    assert told["withdrawn_at"] is not None
    assert told["withdrawal"]["replaced_by"] == "1.0.1"
    assert pair.vn.case.fetch(f"/solutions/{digest}/file") == file.read_bytes()  # it stays, marked
    again = {"conversation": asked(pair)}
    assert refused(pair.za.case.post, f"/solutions/{digest}/offer", again) == "solution-standing"


@pytest.mark.long
def test_only_its_author_withdraws_it(pair: Pair, tmp_path: Path) -> None:
    conversation = asked(pair)
    file = packed(pair.za, tmp_path, matter="Not yours")
    digest = kept(pair.za, file)
    sent = offered(pair.za, digest, conversation)
    stage(pair.vn, digest, "stored")
    wanted = {"reasons": {"lang": "en", "text": "We do not like it."}, "replaced_by": None}
    assert refused(pair.vn.case.post, f"/solutions/{digest}/withdraw", wanted) == (
        "solution-standing"
    )
    statement = read_solution(file.read_bytes()).envelope.value
    wrong = refused(
        pair.vn.send,
        "solution.withdrawn",
        {"withdrawal": {"statement": statement}},
        signatures=1,
        conversation=conversation,
        about=sent["content"],
    )
    assert wrong == "solution-malformed"
    assert pair.za.case.get(f"/solutions/{digest}")["withdrawn_at"] is None


@pytest.mark.long
@pytest.mark.parametrize("spoiled", sampled(["payload", "signatures"], ["signatures"]))
def test_an_offer_whose_statement_is_not_its_authors_is_refused(
    pair: Pair, tmp_path: Path, spoiled: str
) -> None:
    conversation = asked(pair)
    found = read_solution(packed(pair.za, tmp_path, matter=f"Forged {spoiled}").read_bytes())
    statement = found.envelope.value
    other = read_solution(packed(pair.za, tmp_path, matter=f"Other {spoiled}").read_bytes())
    forged = statement | {spoiled: other.envelope.value[spoiled]}
    section = {"digest": found.digest, "size_bytes": 1, "statement": forged}
    wrong = refused(
        pair.za.send,
        "solution.offered",
        {"solution": section},
        signatures=1,
        conversation=conversation,
    )
    assert wrong == "signature-invalid"
    thanks = pair.vn.send("assistance.thanked", note(), signatures=1, conversation=conversation)
    assert thanks["conversation"] == conversation  # and the conversation goes on
