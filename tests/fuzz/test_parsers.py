"""No input to a parser raises anything but an error of ours: a bounded run of the fuzzer."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.api.nodes import free_ports
from tests.drills.making import DISK, packed
from tests.evidence.hostile import archive
from tests.faults.kit import Sender
from tests.intake.making import attached, head, multipart, part
from tests.intake.test_proposals import ENGLISH
from tests.papers.makers import passport_of
from tests.worlds import build_world

from comity.canonical import encode, unb64
from comity.demo.world import ASKED, ASKING, World
from comity.drills import read_scenario, start
from comity.drills.blank import blank
from comity.evidence import age, age_keys
from comity.evidence.age_armor import ArmorWriter
from comity.evidence.age_scrypt import Passphrase
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # each parser for some seconds

RUNS = int(os.environ.get("COMITY_FUZZ_RUNS", "2000"))
SLOW = {
    "law": 10,
    "scenario": 1500,
    "scenario-texts": 1500,
}
"""Parsers of whole files, ten milliseconds an input: so many times fewer are tried."""
NAMES = (
    "parcel",
    "message",
    "receipt",
    "note",
    "entry",
    "offer",
    "age-header",
    "age-file",
    "age-armor",
    "age-passphrase",
    "custody",
    "image",
    "package",
    "passport",
    "law",
    "law-facts",
    "original",
    "proposals",
    "register",
    "register-mapping",
    "scenario",
    "scenario-texts",
    "exhibit",
    "drill-run",
    "stamp",
)
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    return build_world(
        tmp_path_factory.mktemp("fuzz") / "world", mode="live", ports=ports, now=now()
    )


def armored(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = ArmorWriter(out.write)
    writer.write(memoryview(data))
    writer.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def seeds(world: World) -> dict[str, bytes]:
    """Return one good input for each parser, from which the fuzzer starts."""
    sender = Sender(world, ASKING, ASKED)
    message, parcel = sender.note()
    entry = next((world.folder / "states" / "vn" / "entries").rglob("1.json")).read_bytes()
    opener = age_keys.HybridIdentity.of(bytes(range(32)))
    hybrid = age.seal_bytes(b"x", [opener.recipient], random=os.urandom)
    passphrase = Passphrase(b"fuzz", write_log_n=4)
    offer = {
        "block_size_bytes": 1048576,
        "description": {"lang": "en", "text": "One disk image."},
        "exhibit": message.draft.id,
        "file_list": message.content,
        "files": 1,
        "recipients": [str(sender.recipients[0])],
        "root": message.record,
        "sealed_size_bytes": 4096,
        "tag_manifest": message.content,
    }
    receipt = {
        "checkpoint": "contact-point.za.invalid/log/live/za/contact-point/1\n1\n",
        "consistency": {"from": 1, "path": ["A" * 43]},
        "content": message.content,
        "from": ASKING,
        "inclusion": ["A" * 43],
        "leaf": {"index": 0, "salt": "A" * 43},
        "mode": "live",
        "outcome": "applied",
        "protocol": "comity/1",
        "received_at": "2026-11-24T00:00:00Z",
        "record": message.record,
        "to": ASKED,
    }
    passport = passport_of().to_value()
    treaty = REPOSITORY / "tests" / "instruments" / "data" / "bilateral" / "instrument.toml"
    vectors = (REPOSITORY / "vectors" / "timestamp" / "openssl.json").read_text("utf-8")
    return {
        "parcel": parcel,
        "message": message.envelope.record,
        "receipt": encode(receipt),
        "note": "contact-point.za.invalid/log/live/za/contact-point/1\n1\nAAAA\n\n"
        "\u2014 name AAAAAAAA\n".encode(),
        "entry": entry,
        "offer": encode(offer),
        "age-header": age.seal_bytes(b"x", sender.recipients, random=os.urandom),
        "age-file": hybrid,
        "age-armor": armored(hybrid),
        "age-passphrase": age.seal_bytes(b"x", [passphrase], random=os.urandom),
        "custody": encode([event["event"] for event in passport["events"]]),
        "image": (b"QFI\xfb" + (3).to_bytes(4)).ljust(4096, b"\0"),
        "package": archive([("data/a.txt", b"a")]),
        "passport": encode(passport),
        "law": treaty.read_bytes(),
        "law-facts": b'[facts]\n"case.offence" = "fraud"\nat = 2026-01-02T03:04:05Z\n',
        "original": head() + multipart(part(b"<p>x", "text/html"), attached(b"x", "a.txt")),
        "proposals": ENGLISH.encode(),
        "register": "Réf;État\r\n1;vn\r\n".encode("cp1252"),
        "register-mapping": b'mapping = 1\nzone = "UTC"\n[columns]\nreference = "Ref"\n',
        "scenario": blank("small")["scenario.toml"],
        "scenario-texts": blank("small")["texts/en.toml"],
        "exhibit": packed(DISK),
        "drill-run": encode(
            start(read_scenario("small", blank("small")), team="one", at=now()).to_value()
        ),
        "stamp": unb64(json.loads(vectors)["vectors"][0]["input"]["response"]),
    }


@pytest.fixture(scope="module")
def fuzz(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., tuple[int, str]]]:
    """Fuzz a parser in a process of its own; return its status and what it said."""
    pytest.importorskip("atheris", reason="atheris has no wheel for this platform")
    folder = tmp_path_factory.mktemp("fuzzing")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.parsers"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def fuzzed(name: str, *options: str) -> tuple[int, str]:
            assert process.stdin
            assert process.stdout
            out = folder / f"{name}.txt"
            order = {"name": name, "options": options, "out": str(out)}
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
            return status, out.read_text("utf-8", "replace")

        yield fuzzed
        assert process.stdin
        process.stdin.close()


@pytest.mark.parametrize("name", NAMES)
def test_only_errors_of_ours_leave_a_parser(
    name: str, seeds: dict[str, bytes], tmp_path: Path, fuzz: Callable[..., tuple[int, str]]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good").write_bytes(seeds[name])
    runs = min(RUNS, SLOW.get(name, RUNS))
    status, said = fuzz(
        name,
        *(f"-runs={runs}", "-max_len=8192", "-timeout=10", "-verbosity=0"),
        *(f"-artifact_prefix={tmp_path}/", str(corpus)),
    )
    assert status == 0, said[-4000:]


def test_the_fuzzer_finds_a_parser_that_leaks(
    tmp_path: Path, fuzz: Callable[..., tuple[int, str]]
) -> None:
    """A run that could not fail would prove nothing."""
    status, said = fuzz("leaky", "-runs=5000", f"-artifact_prefix={tmp_path}/")
    assert status != 0
    assert "UnicodeDecodeError" in said
