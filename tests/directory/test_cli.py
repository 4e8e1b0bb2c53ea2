"""The directory commands, as the people of a secretariat, two States and a node type them."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.bundle.two_editions import known
from tests.directory.world import key, next_record, state_keys
from tests.exchange.editions import NEWER
from tests.origins import origin_of

from comity.canonical import time_text
from comity.cli.states.directory import directory
from comity.directory import build_node_keys, signing_row
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.exchange.editions import CURRENT
from comity.keys.spoken import fingerprint

pytestmark = pytest.mark.full  # each step is a command of its own

PARTY = "vn/contact-point"
NOW = datetime.now(UTC).replace(microsecond=0)


class Shell:
    """One machine with all the folders, which in life are on many."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def run(self, *words: object, status: int = 0) -> Result:
        result = CliRunner().invoke(directory, [str(word) for word in words])
        assert result.exit_code == status, result.output
        return result

    def json(self, *words: object, status: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", status=status).stdout)

    def __truediv__(self, name: str) -> Path:
        return self.base / name

    def node_keys(self, *names: str) -> Path:
        rows = [
            signing_row(
                key(name).public,
                use="message",
                not_before=NOW - timedelta(days=1),
                not_after=NOW + timedelta(days=300),
            )
            for name in names
        ]
        path = self / "node-keys.json"
        origins = [origin_of("live", PARTY)]
        path.write_bytes(build_node_keys(mode="live", party=PARTY, keys=rows, origins=origins))
        return path


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A founded directory with vn admitted and its contact point published; a node that trusts."""
    found = Shell(tmp_path)
    found.run("found", found / "un", "--mode", "live")
    found.run("state-keys", "-o", found / "vn", "--state", "vn", "--mode", "live")
    found.run("admit", found / "un", found / "vn" / "states" / "vn" / "1.json")
    found.run(
        "entry", "new", found / "vn", "--keys", found.node_keys("a"), "--yes", "--url", "https://vn.example",
        "--language", "vi", "--instrument", "un-2024=signed-not-in-force",
        "--condition", "en:Court use only.",
        "--policy", "request.submitted=1,1,24", "--phone", "+84 24 000",
        "--function", "contact-point",
    )  # fmt: skip
    found.run("publish", found / "vn", "-o", found / "1.json")
    found.run("publish", found / "un", found / "1.json")
    found.run("trust", found / "node", "--add", found / "un" / "trust.json")
    found.run("refresh", found / "node", "--from", found / "un" / "repository")
    return found


def test_nothing_is_signed_before_a_person_compared_the_fingerprints(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("state-keys", "-o", shell / "vn", "--state", "vn", "--mode", "live")
    words = ["entry", "new", str(shell / "vn"), "--keys", str(shell.node_keys("a"))]
    before = tree(tmp_path)
    asked = CliRunner().invoke(directory, words, input="n\n")
    assert (asked.exit_code, tree(tmp_path)) == (1, before)
    assert fingerprint(key("a").kid) in asked.output
    assert CliRunner().invoke(directory, words, input="y\n").exit_code == 0


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_node_shows_who_is_who_and_how_old_its_copy_is(shell: Shell) -> None:
    facts = shell.json("show", shell / "node")
    (party,) = facts["parties"]
    assert (party["party"], party["version"], party["endpoint"]["url"]) == (
        PARTY,
        1,
        "https://vn.example",
    )
    assert (facts["old"], facts["age_seconds"] < 60) == (False, True)
    text = shell.run("show", shell / "node").stdout
    assert "last refreshed 0 d 0 h 0 min ago" in text
    assert key("a").kid in text


def test_private_keys_are_readable_by_their_owner_only(shell: Shell) -> None:
    for path in [*(shell / "un").rglob("*.jwk"), *(shell / "vn").rglob("*.jwk")]:
        assert path.stat().st_mode & 0o077 == 0


def test_a_key_is_revoked_and_everybody_hears_of_it(shell: Shell) -> None:
    lost = time_text(NOW - timedelta(hours=3))
    shell.run(
        "revoke", shell / "vn", PARTY, key("a").kid, "--invalid-from", lost,
        "--last-good-index", 41,
    )  # fmt: skip
    shell.run("publish", shell / "vn", "-o", shell / "2.json")
    shell.run("publish", shell / "un", shell / "2.json")
    shell.run("refresh", shell / "node", "--from", shell / "un" / "repository")
    (row,) = shell.json("show", shell / "node")["parties"][0]["keys"]
    assert (row["status"], row["invalid_from"], row["last_good_index"]) == ("revoked", lost, 41)
    later = time_text(NOW)
    told = shell.json(
        "revoke", shell / "vn", PARTY, key("a").kid, "--invalid-from", later, status=1
    )
    assert told["error"]["detail"].startswith("entry-history")


def test_a_new_key_list_retires_the_keys_it_lacks(shell: Shell) -> None:
    told = shell.json("entry", "revise", shell / "vn", PARTY, "--keys", shell.node_keys("b"))
    assert [(row["kid"], row["status"]) for row in told["keys"]] == [
        (key("a").kid, "retired"),
        (key("b").kid, "active"),
    ]
    again = shell.json("entry", "revise", shell / "vn", PARTY, "--outbound-only")
    assert again["version"] == 3


def test_a_new_key_list_says_which_editions_the_node_speaks(shell: Shell) -> None:
    with known(NEWER):
        newer = shell.node_keys("a")
    shell.json("entry", "revise", shell / "vn", PARTY, "--keys", newer)
    listed = StateFolder.open(shell / "vn").store.load().entry(PARTY).editions
    assert listed == tuple(sorted((CURRENT.digest, NEWER.digest)))


def test_a_tls_certificate_is_pinned_from_pem_or_der(shell: Shell) -> None:
    import base64

    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vn.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key("tls", "ES256").public.key)
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
    )
    from cryptography.hazmat.primitives.hashes import SHA256

    certificate = made.sign(key("tls", "ES256").key, SHA256())
    wanted = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    for encoding in (Encoding.PEM, Encoding.DER):
        (shell / "tls").write_bytes(certificate.public_bytes(encoding))
        told = shell.run("entry", "revise", shell / "vn", PARTY, "--url", "https://vn.example",
                         "--tls", shell / "tls").stdout  # fmt: skip
        assert certificate.fingerprint(SHA256()).hex() in told, "the two operators compare it"
        (party,) = shell.json("show", shell / "vn")["parties"]
        assert party["endpoint"]["tls_certificate"] == wanted
    shell.run("entry", "revise", shell / "vn", PARTY, "--url", "https://new.example")
    (party,) = shell.json("show", shell / "vn")["parties"]
    assert party["endpoint"]["url"] == "https://new.example"
    assert party["endpoint"]["tls_certificate"] == wanted, "what is not named stays as it was"
    (shell / "tls").write_bytes(b"no certificate")
    shell.run("entry", "revise", shell / "vn", PARTY, "--url", "https://vn.example",
              "--tls", shell / "tls", status=2)  # fmt: skip


def test_the_trust_file_is_printed_as_it_came(shell: Shell) -> None:
    assert (
        shell.run("trust", shell / "un").stdout.encode()
        == (shell / "un" / "trust.json").read_bytes()
    )


def test_a_copy_of_the_directory_is_read_from_a_folder_and_from_a_zip_file_alike(
    shell: Shell,
) -> None:
    shell.run("trust", shell / "second", "--add", shell / "un" / "trust.json")
    repository = shell / "un" / "repository"
    copy = shutil.make_archive(str(shell / "copy"), "zip", repository.parent, "repository")
    facts = shell.json("refresh", shell / "second", "--from", copy)
    assert [one["what"] for one in facts["accepted"]] == ["state", "entry"]
    damaged = shell / "other.zip"
    damaged.write_bytes(b"no ZIP file")
    refused = shell.run("refresh", shell / "second", "--from", damaged, status=1)
    assert "tuf-refused" in refused.output


def test_a_state_rotates_its_keys(shell: Shell) -> None:
    told = shell.json("rotate", shell / "vn", "--alg", "ES256")
    assert (told["version"], told["parties"]) == (2, [PARTY])
    shell.run("publish", shell / "vn", "-o", shell / "2.json")
    shell.run("publish", shell / "un", shell / "2.json")
    facts = shell.json("refresh", shell / "node", "--from", shell / "un" / "repository")
    assert [(i["what"], i["version"]) for i in facts["accepted"]] == [("state", 2), ("entry", 2)]


def test_two_states_exchange_by_hand_without_any_secretariat(shell: Shell) -> None:
    shell.run("state-keys", "-o", shell / "za", "--state", "za", "--mode", "live", "--keys", 1,
              "--threshold", 1)  # fmt: skip
    shell.run("trust", shell / "za-node", "--add", shell / "za" / "trust.json")
    shell.run("trust", shell / "za-node", "--add", shell / "vn" / "trust.json")
    shell.run("export", shell / "vn", shell / "stick.json")
    told = shell.json("import", shell / "za-node", shell / "stick.json")
    assert [item["subject"] for item in told["accepted"]] == ["vn", PARTY]
    assert shell.run("import", shell / "za-node", shell / "stick.json").stdout == "nothing new\n"


def test_an_import_from_a_state_nobody_pinned_is_refused(shell: Shell) -> None:
    shell.run("state-keys", "-o", shell / "za", "--state", "za", "--mode", "live")
    shell.run("export", shell / "za", shell / "stick.json")
    told = shell.json("import", shell / "node", shell / "stick.json", status=1)
    assert [item["code"] for item in told["refused"]] == ["state-unpinned"]


def test_a_reset_is_loud_and_waits_72_hours(shell: Shell) -> None:
    from comity.directory.handover import encode_handover

    held = DirectoryStore(shell / "node").load().state_records("vn")[0]
    forged = next_record(held, state_keys("xx"), state_keys("xx"), issued_at=NOW)
    data = encode_handover(mode="live", states=[forged.jws], entries=[])
    (shell / "stick.json").write_bytes(data)
    result = shell.run("import", shell / "node", shell / "stick.json", status=1)
    assert "RESET PENDING" in result.stdout
    assert "RESET PENDING" in shell.run("show", shell / "node").stdout
    (reset,) = shell.json("show", shell / "node")["resets"]
    early = shell.json(
        "confirm-reset", shell / "node", reset["content"], "--by", "officer 7", status=2
    )
    assert early["error"]["code"] == "reset-too-early"

    store = DirectoryStore(shell / "node")
    loaded = store.load()
    aged = replace(loaded.resets[0], seen_at=NOW - timedelta(hours=73))
    store.save(replace(loaded, resets=(aged,)))
    shell.run("confirm-reset", shell / "node", reset["content"], "--by", "officer 7")
    assert shell.json("show", shell / "node")["states"][0]["version"] == 2


@pytest.mark.parametrize(
    "words",
    [
        ("found", "new", "--mode", "live"),
        ("state-keys", "-o", "new", "--state", "ke", "--mode", "live"),
        ("publish", "un"),
        ("renew", "un"),
        ("publish", "vn", "-o", "new"),
        ("rotate", "vn"),
        ("revoke", "vn", PARTY, "KID", "--invalid-from", "2026-01-01T00:00:00Z"),
        ("entry", "revise", "vn", PARTY, "--phone", "+84 1"),
        ("refresh", "empty", "--from", "un/repository"),
        ("import", "empty", "1.json"),
        ("trust", "new", "--add", "un/trust.json"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_dry_run_changes_nothing(
    shell: Shell, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("trust", shell / "empty", "--add", shell / "un" / "trust.json")
    monkeypatch.chdir(shell.base)
    before = tree(shell.base)
    kid = key("a").kid
    shell.run(*(kid if word == "KID" else word for word in words), "--dry-run")
    assert tree(shell.base) == before


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("show", "nothing"), 2, "directory-folder"),
        (("found", "un", "--mode", "live"), 2, "misuse"),
        (("found", "new", "--mode", "live", "--threshold", "4"), 2, "misuse"),
        (("admit", "un", "vn/states/vn/1.json"), 2, "misuse"),
        (("refresh", "node"), 2, "misuse"),
        (("refresh", "node", "--from", "nothing"), 1, "directory-unreachable"),
        (("refresh", "node", "--url", "http://example.org"), 2, "misuse"),
        (("entry", "new", "vn", "--keys", "node-keys.json"), 2, "misuse"),
        (("entry", "revise", "vn", "vn/nobody"), 1, "party-unknown"),
        (("entry", "revise", "vn", PARTY, "--url", "http://example.org"), 1, "entry-malformed"),
        (("entry", "revise", "vn", PARTY, "--policy", "request.submitted=x"), 2, "misuse"),
        (("import", "node", "un/trust.json"), 2, "records-file"),
        (("publish", "un", "un/trust.json"), 2, "records-file"),
        (("confirm-reset", "node", "sha256:" + "0" * 64, "--by", "x"), 2, "reset-unknown"),
        (("export", "node", "1.json"), 2, "output-exists"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else str(value),
)
def test_what_cannot_be_done_says_why(
    shell: Shell,
    words: tuple[str, ...],
    status: int,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(shell.base)
    result = CliRunner().invoke(directory, [*words, "--json"])
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (status, code)
    assert f"error [{code}]" in result.stderr


@pytest.mark.parametrize("name", sorted(directory.commands))
def test_every_command_teaches(name: str) -> None:
    result = CliRunner().invoke(directory, [name, "--help"])
    assert result.exit_code == 0
    assert len(result.output) > 200
