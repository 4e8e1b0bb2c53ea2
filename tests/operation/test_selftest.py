"""The self-test finds what is broken, says what nobody knows, and changes nothing."""

import json
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.operation.conftest import comity

from comity.cli import main
from comity.evidence import age_keys
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.config_backup import LAST_BACKUP
from comity.node.core.keystore import KeyFileError, load_keys, make_signing_key
from comity.node.core.randomness import random_bytes
from comity.node.core.tls_certificate import make_certificate
from comity.node.operations import scheduled_backups
from comity.node.operations.selftest import KEYS, Trial, passed, self_test
from comity.papers import typeset
from comity.papers.errors import FontMissingError


def tried(config: NodeConfig) -> dict[str, Trial]:
    return {one.key: one for one in self_test(config, at=now())}


def test_a_key_that_others_can_read_is_found(node: NodeConfig) -> None:
    (node.keys / "log.json").chmod(0o644)
    found = tried(node)["keys"]
    assert (found.word, found.found, found.facts["files"]) == ("failed", "keys-open", "log.json")


def test_a_folder_that_others_can_enter_is_found(node: NodeConfig) -> None:
    node.folder.chmod(0o755)
    assert tried(node)["folder"].found == "folder-open"


def test_a_key_of_another_use_stops_no_other_trial(node: NodeConfig) -> None:
    (node.keys / "log.json").unlink()
    make_signing_key(node.keys / "log.json", use="message")
    found = tried(node)
    assert (found["keys"].word, found["keys"].found) == ("failed", "key-file")
    assert {found[key].found for key in ("signature", "directory", "backup")} == {"not-tried"}
    assert (found["database"].word, list(found)) == ("proved", list(KEYS))


@pytest.mark.parametrize("name", ["receipt.json", "sealing.txt"])
@pytest.mark.parametrize("data", [None, b"", b'{"use": "receipt"}'])
def test_one_line_names_the_key_that_lacks_and_the_others_say_why_they_are_not_tried(
    node: NodeConfig, name: str, data: bytes | None
) -> None:
    (node.keys / name).unlink()
    if data is not None:
        (node.keys / name).write_bytes(data)
        (node.keys / name).chmod(0o600)
    told = CliRunner().invoke(main, ["self-test", str(node.folder)])
    assert told.exit_code == 1
    lines = [one for one in told.output.splitlines() if one.startswith("failed")]
    named = [one for one in lines if "key" in one]
    assert len(named) == 1, told.output
    assert f"Missing, damaged or of another use: {name}." in named[0]
    assert f"in the folder {node.keys}." in named[0]
    assert named[0].endswith("[keys key-file]")
    assert told.output.count("Not tried, because a key is missing or damaged.") == 3


def test_every_key_that_lacks_is_named_with_what_mends_it(node: NodeConfig) -> None:
    (node.keys / "receipt.json").unlink()
    (node.keys / "log.json").write_bytes(b"{}")
    (node.keys / "sealing.txt").unlink()
    with pytest.raises(KeyFileError, match=r"receipt\.json, log\.json, sealing\.txt"):
        load_keys(node.keys)
    told = CliRunner().invoke(main, ["self-test", str(node.folder)]).output
    assert "another use: receipt.json, log.json, sealing.txt. The keys belong in" in told
    assert "comity keys prepare" in told


def test_keys_that_were_never_made_are_told_as_that(node: NodeConfig) -> None:
    for path in node.keys.iterdir():
        path.unlink()
    told = CliRunner().invoke(main, ["self-test", str(node.folder)]).output
    assert f"The folder {node.keys} contains no keys of the node." in told
    assert "comity init" in told


def test_certificate_and_key_that_lack_are_both_named(node: NodeConfig) -> None:
    found = tried(replace(node, tls=True))["tls"]
    assert (found.word, found.found) == ("failed", "tls-missing")
    assert found.facts["file"] == "tls.pem, tls-key.pem"


def test_a_damaged_database_is_found(node: NodeConfig) -> None:
    data = bytearray(node.database_file.read_bytes())
    data[4096:12288] = b"\xff" * 8192
    node.database_file.write_bytes(bytes(data))
    found = tried(node)["database"]
    assert (found.word, found.found) == ("failed", "database-damaged")


def test_a_clock_behind_what_was_written_is_found(node: NodeConfig) -> None:
    comity("user", "add", node.folder, "lan", "--role", "operator", "--password-file", _word(node))
    early = {one.key: one for one in self_test(node, at=now() - timedelta(days=1))}
    assert (early["clock"].word, early["clock"].found) == ("failed", "clock-behind")
    assert tried(node)["clock"].word in {"attested", "unknown"}  # nothing here can prove it


def _word(node: NodeConfig) -> Path:
    path = node.folder / "word.txt"
    path.write_text("a long enough password\n", encoding="ascii")
    return path


@pytest.mark.parametrize(
    ("tls", "host", "expected"),
    [(False, "127.0.0.1", "unknown"), (False, "0.0.0.0", "failed"), (True, "0.0.0.0", "proved")],  # noqa: S104
)
def test_plain_http_to_the_network_fails(
    node: NodeConfig, tls: bool, host: str, expected: str
) -> None:
    make_certificate(node.keys, party=node.party, host="node.example", now=now())
    assert tried(replace(node, tls=tls, host=host))["tls"].word == expected


def test_a_certificate_of_another_key_and_one_that_is_over_fail(node: NodeConfig) -> None:
    secured = replace(node, tls=True)
    make_certificate(node.keys, party=node.party, host="node.example", now=now())
    kept = (node.keys / "tls-key.pem").read_bytes()
    make_certificate(node.keys, party=node.party, host="n", now=now() - timedelta(days=800))
    assert tried(secured)["tls"].found == "tls-over"
    (node.keys / "tls-key.pem").write_bytes(kept)
    assert tried(secured)["tls"].found == "tls-key-other"


def test_a_mail_server_that_is_silent_fails_and_one_that_greets_is_proved(node: NodeConfig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        mailing = replace(
            node, smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", smtp_from="n@office.test"
        )
        heard: list[bytes] = []
        speaker = threading.Thread(target=_greets, args=(server, heard), daemon=True)
        speaker.start()
        assert tried(mailing)["mail"].word == "proved"
        speaker.join(10)
    assert not any(line.startswith(b"mail") for line in heard)  # nothing was sent
    assert tried(mailing)["mail"].found == "notice-mail-silent"


def _greets(server: socket.socket, heard: list[bytes]) -> None:
    spoken, _ = server.accept()
    with spoken, spoken.makefile("rwb") as file:
        file.write(b"220 here\r\n")
        file.flush()
        for line in file:
            heard.append(line.lower())
            file.write(b"221 bye\r\n" if line.lower().startswith(b"quit") else b"250 fine\r\n")
            file.flush()


def test_the_backup_is_really_opened_again_and_does_not_count_as_one(node: NodeConfig) -> None:
    before = _names(node)
    found = tried(node)
    assert (found["backup"].word, found["backup"].found) == ("proved", "backup-restored")
    assert int(found["backup"].facts["files"]) > 8
    assert not (node.folder / LAST_BACKUP).exists()
    assert _names(node) == before


def test_the_folder_of_backups_is_proved_by_a_whole_backup_and_failed_where_none_can_be_written(
    node: NodeConfig, tmp_path: Path
) -> None:
    def stands(folder: str) -> tuple[str, str]:
        recipient = str(age_keys.generate(random_bytes).recipient)
        found = replace(node, backup_folder=folder, backup_recipients=(recipient,))
        if folder == str(tmp_path):
            scheduled_backups.make(found, at=now())
        one = tried(found)["backup-folder"]
        return one.word, one.found

    (tmp_path / "empty").mkdir()
    assert stands("") == ("unknown", "backup-folder-none")
    assert stands("/proc") == ("failed", "backup-folder-closed")
    assert stands(str(tmp_path / "empty")) == ("unknown", "backup-folder-empty")
    assert stands(str(tmp_path)) == ("proved", "backup-same")


def _names(node: NodeConfig) -> list[str]:
    """What lies in the folder, but for the two files that SQLite keeps beside what it reads."""
    return sorted(p.name for p in node.folder.iterdir() if not p.name.endswith(("-wal", "-shm")))


def test_a_node_that_never_ran_says_what_is_unknown(node: NodeConfig) -> None:
    node.database_file.unlink()
    found = tried(node)
    assert {key for key, one in found.items() if one.word == "unknown"} >= {"database", "backup"}
    assert passed(tuple(found.values()))


def test_the_command_says_the_same_and_its_status_is_one_if_something_failed(
    node: NodeConfig,
) -> None:
    told = json.loads(comity("self-test", node.folder, "--json"))
    assert told["passed"]
    assert [one["key"] for one in told["trials"]] == list(KEYS)
    (node.keys / "log.json").chmod(0o644)
    lines = comity("self-test", node.folder, status=1).splitlines()
    assert len(lines) == len(KEYS)
    assert [line for line in lines if line.startswith("failed")] == [
        "failed    The keys: Other users of the machine can read a key. Ask who did, then replace "
        "the key. [keys keys-open files=log.json]"
    ]


def test_a_font_that_lacks_fails_only_where_the_office_offers_its_language(
    node: NodeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(languages: list[str], places: object) -> None:
        if languages == ["ar"]:
            raise FontMissingError("none", package="fonts-noto-core")

    monkeypatch.setattr(typeset, "families", lacking)
    elsewhere = tried(node)["fonts"]
    assert (elsewhere.word, elsewhere.found) == ("unknown", "font-missing-elsewhere")
    here = next(one for one in self_test(node, at=now(), offered=["ar"]) if one.key == "fonts")
    assert (here.word, here.facts) == ("failed", {"languages": "ar", "packages": "fonts-noto-core"})
