"""A case between two real nodes, exported from the database and proved by a stranger."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.makers import IDENTITY, claims
from tests.bundle.test_commands import run
from tests.conftest import REPOSITORY, needs
from tests.exchange.makers import BODIES
from tests.forked import Forked
from tests.forked import run as forked_run
from tests.worlds import build_world

from comity.bundle import layout
from comity.bundle.folder import FolderReader
from comity.bundle.verify import verify
from comity.bundle.write import check_portable
from comity.canonical import digest, digest_text, new_id, parse_digest
from comity.demo.world import ASKED, ASKING, World
from comity.directory import parse_trust
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.keys import jws

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]


class Peer:
    """A node in its own process."""

    def __init__(self, world: World, party: str, other: str) -> None:
        place = world.places[party]
        officers = world.folder / "officers" / party.replace("/", "-")
        driver = Path(__file__).with_name("node_driver.py")
        self.party, self.other = party, other
        self._process = Forked(
            [sys.executable, driver, place.config.folder, officers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": f"{REPOSITORY / 'src'}", "PATH": ""},
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return str(self._process.stdout.readline()).strip()

    def do(self, action: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._line()
        assert line, f"the node died on {action}"
        return json.loads(line)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def world(tmp_path: Path) -> World:
    ports = {ASKING: 18911, ASKED: 18912}
    now = datetime.now(UTC).replace(microsecond=0)
    return build_world(tmp_path / "world", mode="exercise", ports=ports, now=now)


@pytest.fixture
def peers(world: World) -> Iterator[tuple[Peer, Peer]]:
    pair = Peer(world, ASKING, ASKED), Peer(world, ASKED, ASKING)
    yield pair
    for peer in pair:
        peer.close()


def tell(peers: tuple[Peer, Peer], author: int, kind: str, **more: Any) -> str:
    """Let a node say something, the other take it in, and the receipt come back."""
    one, other = peers[author], peers[1 - author]
    values = more.pop("values", {})
    said = one.do("say", kind=kind, values=values, to=one.other, **more)
    one.do("receipted", receipt=other.do("taken", parcel=said["parcel"]))
    return str(said["content"])


def settled(peers: tuple[Peer, Peer], tmp_path: Path) -> Path:
    """Play a whole case and return the folder of the opened exhibit."""
    asking = peers[0]
    request = {**BODIES["request"], "measure": "stored-data"}
    opening = {"request": request, "subject": BODIES["subject"], "grounds": BODIES["grounds"]}
    case = tell(peers, 0, "request.submitted", values=opening)
    answer = {"acknowledgement": BODIES["acknowledgement"]}
    tell(peers, 1, "request.acknowledged", conversation=case, values=answer)
    decision = {"decision": BODIES["decision"]}
    tell(peers, 1, "request.accepted", conversation=case, values=decision)
    source = tmp_path / "mail.txt"
    source.write_text("the server is at dawn.example\n" * 100, encoding="utf-8")
    sealed = tmp_path / "package.age"
    at = datetime.now(UTC).replace(microsecond=0)
    order = SealOrder(
        sources=[source],
        recipients=[IDENTITY.recipient],
        sealed_at=at,
        exhibit=new_id(at, bytes(10)),
        mode="exercise",
        conversation=parse_digest(case),
        sender=ASKED,
        receiver=ASKING,
    )
    offer = seal(order, sealed).offer(exhibit=order.exhibit or "", description=("en", "mail"))
    handed = peers[1].do("upload", conversation=case, offer=offer.to_value(), path=str(sealed))
    values = {"offer": offer.to_value(), "custody": handed}
    offered = tell(peers, 1, "evidence.offered", conversation=case, values=values)
    asking.do("fetched", path=str(sealed))
    taken = {"custody": asking.do("handover", offer=offer.to_value(), event="received")}
    tell(peers, 0, "evidence.received", conversation=case, about=offered, values=taken)
    open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), sealed, tmp_path / "opened")
    return tmp_path / "opened"


def test_a_case_of_two_real_nodes_is_proved_by_a_stranger(
    world: World, peers: tuple[Peer, Peer], tmp_path: Path
) -> None:
    opened = settled(peers, tmp_path)
    trust = tmp_path / "trust.json"
    trust.write_bytes(world.trust)
    for number, peer in enumerate(peers):
        target = tmp_path / f"bundle-{number}"
        withheld = peer.do("bundle", target=str(target), exhibits=[str(opened)], withhold=[])
        assert withheld == {}
        check_portable(FolderReader(target).listing())
        done = run(tmp_path / "home", target, "--trust", trust)
        assert done.returncode == 0, done.stdout
        told = verify(FolderReader(target), trust=parse_trust(world.trust)).claims
        proved = {one.name for one in told if one.word == "proved"}
        assert proved >= {"message-signed", "receipt", "state", "log-heard", "hand-over"}
        assert not [one for one in told if one.word in ("contradicted", "disputed")]
        assert run(tmp_path / "home", target).returncode == 3
    hidden = tmp_path / "hidden"
    withheld = peers[0].do("bundle", target=str(hidden), exhibits=[], withhold=["subject"])
    assert len(withheld) == 1
    report = verify(FolderReader(hidden), trust=parse_trust(world.trust))
    assert report.verdict == "intact"
    assert {path: str(item) for path, item in report.withheld.items()} == withheld
    redacted(world, peers, tmp_path, opened)
    without_custody(world, peers, tmp_path)
    with_papers(world, peers, tmp_path)
    victim = min((hidden / "data" / "receipts").iterdir())
    victim.unlink()
    assert verify(FolderReader(hidden), trust=parse_trust(world.trust)).exit_status == 1
    assert exported(world, tmp_path, "9999-000001")[0] == 2
    status, said = exported(world, tmp_path, f"{datetime.now(UTC).year}-000001")
    assert (status, len(said.get("conversations", ()))) == (0, 1), said
    assert run(tmp_path / "home", tmp_path / "by-command", "--trust", trust).returncode == 0
    redacted_by_command(world, tmp_path, opened)


def redacted(world: World, peers: tuple[Peer, Peer], tmp_path: Path, opened: Path) -> None:
    """Let a node hand out a copy without a file of an exhibit, by a court's decision."""
    target = tmp_path / "redacted"
    wanted = REDACTION.format(exhibit=exhibit_in(tmp_path / "bundle-0"))
    more = {"target": str(target), "exhibits": [str(opened)], "withhold": []}
    withheld = peers[0].do("bundle", redact=wanted, **more)
    assert len(withheld) == 2, "the file, and the sealed package that holds it"
    assert all("Court of Appeal, 2026-02-27, no. 7" in why for why in withheld.values())
    assert not list(target.rglob("mail.txt"))
    assert not list(target.rglob("*.age"))
    report = verify(FolderReader(target), trust=parse_trust(world.trust))
    assert report.verdict == "intact"
    assert {path: str(item) for path, item in report.withheld.items()} == withheld


def without_custody(world: World, peers: tuple[Peer, Peer], tmp_path: Path) -> None:
    """Let a node withhold what a hand-over says; the chain, which says the same, stays back too."""
    target = tmp_path / "without-custody"
    withheld = peers[0].do("bundle", target=str(target), exhibits=[], withhold=["custody"])
    exhibit = exhibit_in(tmp_path / "bundle-0")
    assert layout.custody_path(exhibit) in withheld
    plain = [path.read_bytes() for path in target.rglob("*") if path.is_file()]
    assert not any(b"as requested" in data for data in plain), "the events' reasons"
    report = verify(FolderReader(target), trust=parse_trust(world.trust))
    assert report.verdict == "intact"
    hidden = [str(one.facts["path"]) for one in claims(report, "evidence-withheld")]
    assert any(exhibit in path for path in hidden)


def with_papers(world: World, peers: tuple[Peer, Peer], tmp_path: Path) -> None:
    """Let a node put a passport for people into the bundle; the verdict does not rest on it."""
    target = tmp_path / "with-papers"
    peers[0].do("bundle", target=str(target), exhibits=[], withhold=[], papers="ar")
    report = verify(FolderReader(target), trust=parse_trust(world.trust))
    assert report.verdict == "intact"
    (paper,) = (target / "data" / "papers").iterdir()
    exhibit = exhibit_in(target)
    assert paper.name == f"passport-{exhibit}.pdf"
    text = subprocess.run([needs("pdftotext"), paper, "-"], capture_output=True, check=True).stdout
    document = target / "data" / "custody" / f"{exhibit}.case.jsonld"
    assert json.loads(document.read_bytes())["@graph"]
    assert exhibit.encode() in text.replace(b"\n", b"")


REDACTION = """
reason = "names a minor"
decision = {{ authority = "Court of Appeal", date = 2026-02-27, number = "no. 7" }}
[[withhold]]
exhibit = "{exhibit}"
files = ["data/*.txt"]
"""


def exhibit_in(bundle: Path) -> str:
    return next((bundle / "data" / "custody").glob("*.json")).stem


def exported(
    world: World, tmp_path: Path, case: str, *more: str | Path, to: str = "by-command"
) -> tuple[int, dict[str, Any]]:
    """Run the command bundle on the asking node's folder; return its status and answer."""
    folder = world.places[ASKING].config.folder
    program = "from comity.cli.court.bundle import bundle_case; bundle_case()"
    arguments = [case, "-o", tmp_path / to, "--dir", folder, "--json", *more]
    done = forked_run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{REPOSITORY / 'src'}", "PATH": ""},
        check=False,
    )
    said: dict[str, Any] = json.loads(done.stdout or done.stderr or "{}")
    return done.returncode, said


def redacted_by_command(world: World, tmp_path: Path, opened: Path) -> None:
    """Type the command with a redaction, a good one and some that must stop it."""
    case, trust = f"{datetime.now(UTC).year}-000001", tmp_path / "trust.json"
    exhibit = exhibit_in(tmp_path / "bundle-0")
    file = tmp_path / "redaction.toml"
    file.write_text(REDACTION.format(exhibit=exhibit), encoding="utf-8")
    given = ("--exhibits", opened)
    status, said = exported(world, tmp_path, case, "--redact", file, *given, to="for-defence")
    assert (status, len(said["withheld"])) == (0, 2), said
    folder = tmp_path / "for-defence"
    record = jws.parse((folder / "data" / "bundle.json").read_bytes()).record
    assert said["statement"] == digest_text(digest("record", record))
    done = run(tmp_path / "home", folder, "--trust", trust)
    assert done.returncode == 0
    assert "names a minor" in done.stdout
    assert "Court of Appeal, 2026-02-27, no. 7" in done.stdout

    def refused(text: str, *more: str | Path) -> str:
        file.write_text(text, encoding="utf-8")
        status, said = exported(world, tmp_path, case, "--redact", file, *more, to="never")
        assert status == 2
        assert not (tmp_path / "never").exists()
        return str(said["error"]["code"])

    good = REDACTION.format(exhibit=exhibit)
    assert refused(good.replace("*.txt", "*.jpg"), *given) == "redaction-unmet"
    assert refused(good) == "redaction-unmet", "the exhibit is not given opened"
    assert refused(good.replace("number", "nr"), *given) == "redaction-malformed"
    whole = good.replace('files = ["data/*.txt"]\n', "")
    assert refused(whole, *given) == "exhibit-withheld"
    assert refused(good, *given, "--papers", "en") == "papers-withheld"
    file.write_text(whole, encoding="utf-8")
    status, said = exported(world, tmp_path, case, "--redact", file, to="without-exhibit")
    assert (status, len(said["withheld"])) == (0, 1)
    assert run(tmp_path / "home", tmp_path / "without-exhibit", "--trust", trust).returncode == 0
