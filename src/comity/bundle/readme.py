"""The first page of a bundle: what this one claims as proved, attested and unknown.

It explains and proves nothing itself. Everything on it follows from what is in the bundle, so two
exports of one moment say the same.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from comity.bundle import layout
from comity.bundle.layout import Kind
from comity.bundle.statement import Withheld
from comity.canonical import Mode, time_text
from comity.directory import Directory
from comity.evidence.limits import Limit
from comity.exchange import Message, Section
from comity.keys import Jws
from comity.ledger import LeafOpening

# What goes into a bundle, as the exporter gathered it; evidence streams apart.
#
# Source: spec/16-bundles.md.


@dataclass(frozen=True)
class OwnLeaf:
    """A leaf of the exporter's log, to be proved in the epoch's checkpoint.

    Attributes:
        epoch, index: its place.
        opening: what explains it.
        path: inclusion path in the tree of the checkpoint in the bundle.
    """

    epoch: int
    index: int
    opening: LeafOpening
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Stamped:
    """A checkpoint of the exporter's log as it was stamped.

    Attributes:
        epoch: which log.
        tree_size: leaves it covers; `Case.consistency` has the proof from there.
        note: as the log signed it.
        tokens: responses of the authorities, in their order.
    """

    epoch: int
    tree_size: int
    note: bytes
    tokens: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that goes into a bundle but evidence.

    Attributes:
        mode, exporter, exported_at: who exports, and when by its clock.
        messages: of all conversations of the case.
        sections: content digest of a message -> name -> section.
        withheld: path in the bundle -> why it is not there.
        receipts: those got and those given.
        leaves: of the exporter's log.
        checkpoints: (party, epoch) -> newest signed note, with cosignatures.
        consistency: epoch -> tree size -> proof from that tree to the epoch's checkpoint.
        stamps: checkpoints of the exporter's log with time stamps over them.
        successors: (party, epoch) -> statement that opened the epoch.
        directory: every State record and entry of the parties in the case.
        snapshot: the directory's, or None.
        snapshot_proof: its place in the secretariat's log (a tlog-proof), or None.
        chains: exhibit -> custody events as JSON, event 1 first.
        limits: on the use of the evidence; a text that is withheld is empty.
        papers: path -> passport, as PDF for people or CASE for programs; they prove nothing.
    """

    mode: Mode
    exporter: str
    exported_at: datetime
    messages: Sequence[Message]
    sections: Mapping[str, Mapping[str, Section]]
    receipts: Sequence[Jws]
    directory: Directory
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    leaves: Sequence[OwnLeaf] = ()
    checkpoints: Mapping[tuple[str, int], str] = field(default_factory=dict)
    consistency: Mapping[int, Mapping[int, Sequence[bytes]]] = field(default_factory=dict)
    stamps: Sequence[Stamped] = ()
    successors: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    snapshot: bytes | None = None
    snapshot_proof: bytes | None = None
    chains: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    limits: Sequence[Limit] = ()
    papers: Mapping[str, bytes] = field(default_factory=dict)


# The plain commands on a bundle's first page: other people's tools, on three systems.
#
# Lines that begin with ``$`` run in a shell in the bundle's folder, those with ``PS>`` in
# PowerShell. Nothing they write goes into the folder. A test runs those that Linux can.


_INTRO: Final = """\
WITH OTHER PEOPLE'S TOOLS
Run in this folder. KEY-FILE is your age key; ROOT.pem the certificate of the time-stamp authority,
which you have from somebody else. Signatures and logs: see the last part."""
_FILES: Final = """\
LINUX (coreutils, bagit-python, openssl, age)
  The files are those listed, and none was added:
    $ sha512sum -c --strict --quiet tagmanifest-sha512.txt
    $ sha256sum -c --strict --quiet manifest-sha256.txt
    $ test "$(find data ! -type d | wc -l)" -eq "$(wc -l < manifest-sha256.txt)" \
&& echo no file was added
    $ bagit.py --validate ."""
_STAMPS: Final = """\
  Time stamps, each over the checkpoint beside it (add -attime SECONDS-SINCE-1970 if a certificate
  has ended since), and what time they say:
    $ (for t in data/log/*/*/stamped/*.tsr; do openssl ts -verify -in "$t" \
-data "${t%.*.tsr}.note" -CAfile ROOT.pem || exit 1; done)
    $ for t in data/log/*/*/stamped/*.tsr; do openssl ts -reply -in "$t" -text; done"""
_NO_STAMPS: Final = """\
  Time stamps: there are none. No trusted time stamp: not proved."""
_MACOS: Final = """\
MACOS
  As above, with shasum -a 512 -c and shasum -a 256 -c instead of the first two lines; age and
  bagit-python from their authors; openssl from OpenSSL, version 3.
    $ shasum -a 512 -c tagmanifest-sha512.txt
    $ shasum -a 256 -c manifest-sha256.txt"""
_WINDOWS: Final = r"""
WINDOWS (PowerShell; nothing to install). Put this folder near the root of a drive (C:\bundle):
Windows does not find files whose path is longer than 259. What is printed by the first two lines
was changed, or is gone:
    PS> Get-Content tagmanifest-sha512.txt -Encoding UTF8 | ForEach-Object { $d, $p = $_ -split \
'  ', 2; if ((Get-FileHash -LiteralPath $p -Algorithm SHA512).Hash -ne $d) { $p } }
    PS> Get-Content manifest-sha256.txt -Encoding UTF8 | ForEach-Object { $d, $p = $_ -split \
'  ', 2; if ((Get-FileHash -LiteralPath $p -Algorithm SHA256).Hash -ne $d) { $p } }
  Two equal numbers: no file was added.
    PS> (Get-ChildItem data -Recurse -File -Force).Count
    PS> (Get-Content manifest-sha256.txt).Count
  One file without PowerShell; compare the two lines:
    PS> certutil -hashfile data\bundle.json SHA256
    PS> findstr /E /C:"  data/bundle.json" manifest-sha256.txt
  age.exe, tar.exe and openssl.exe take the options shown for Linux.""".replace("\\\n", "")
_REST: Final = """\
SIGNATURES AND LOGS
  data/bundle.json, messages, receipts and directory records are JWS (RFC 7515) in general JSON
  serialization, Ed25519 (RFC 9864) or ES256 (RFC 7518). Any JWS library verifies them with the
  public key (JWK) whose RFC 7638 thumbprint is the "kid"; the keys stand in data/directory/entries,
  whose own signatures are by the keys in data/directory/states, whose first keys must be those of
  the trust file.
  data/log/PARTY/EPOCH/checkpoint is a C2SP signed note with a C2SP checkpoint; "proof" in each leaf
  file is a C2SP tlog-proof. Go reads them: golang.org/x/mod/sumdb/note (note.Open) and
  golang.org/x/mod/sumdb/tlog (tlog.CheckRecord over the SHA-256 leaf hash of "entry")."""


def commands(case: Case, paths: Sequence[str]) -> str:
    """Return the part of the first page that needs nothing of ours.

    Args:
        case: what the bundle holds.
        paths: of evidence, sorted.
    """
    stamps = _STAMPS if case.stamps else _NO_STAMPS
    linux = [_FILES, stamps, *_packages(paths), *_exhibits(case, paths)]
    parts = [_INTRO, "\n".join(linux), _MACOS, _WINDOWS.strip(), _REST]
    return "\n\n".join(parts)


def _packages(paths: Sequence[str]) -> Iterator[str]:
    packages = [path for path in paths if layout.kind_of(path) is Kind.PACKAGE]
    if packages:
        yield "  A sealed package (age-encryption.org/v1), for whoever has the key:"
        yield f"    $ age -d -i KEY-FILE -o ../package.tar {packages[0]}"
        yield "    $ mkdir ../opened && tar -xf ../package.tar -C ../opened"
        yield "    $ bagit.py --validate ../opened"
    for path in packages[1:]:
        yield f"  likewise {path}"


def _exhibits(case: Case, paths: Sequence[str]) -> Iterator[str]:
    """Yield how each opened exhibit is checked; one with files withheld is no complete bag."""
    folders = {"/".join(p.split("/")[:3]) for p in paths if layout.kind_of(p) is Kind.EXHIBIT}
    for folder in sorted(folders):
        if any(path.startswith(f"{folder}/") for path in case.withheld):
            yield "  An opened exhibit of which files are withheld; those that are here are right:"
            inside = f"    $ (cd {folder} &&"
            yield f"{inside} sha512sum -c --strict --quiet tagmanifest-sha512.txt)"
            if any(path.startswith(f"{folder}/data/") for path in paths):
                yield f"{inside} sha256sum -c --ignore-missing --quiet manifest-sha256.txt)"
        else:
            yield "  An opened exhibit:"
            yield f"    $ bagit.py --validate {folder}"


# The short form of a bundle's first page in seven languages.


@cache
def summaries() -> Mapping[str, str]:
    """Return language (BCP 47) -> text, in the order of the file."""
    data = files("comity.bundle").joinpath("readme_words.toml").read_text("utf-8")
    return tomllib.loads(data)


_SHOWN: Final = 200  # lines of one list; data/bundle.json has all
_HEAD: Final = """\
COURT BUNDLE
exported by {exporter} at {at} (its own clock), mode {mode}

This page explains; it proves nothing. Whoever could change this folder could change this page.
What counts is what a program finds with a trust file that did NOT come with this folder:

    comity verify THIS-FOLDER --trust TRUST-FILE

It ends 0 if the bundle is intact, 1 if it is damaged (it names step and file) or its exporter
contradicts itself, 3 if the trust file does not vouch for every key, or there was none, 4 if
statements of the parties do not fit together. It lists each claim with whose word it is. A summary
in seven languages stands at the end of this page."""
_PROVED: Final = """\
PROVED at most by that program, given the trust file
  who signed each message, and that nothing signed was changed;
  an answer to a message, if another State's authority signed it, or signed that it holds it;
  the state of a conversation when the other side last signed a statement in it;
  that the log of {exporter} still has all that another party signed for;
  that a sealed package is byte for byte the one that was offered;
  that custody of an exhibit was transferred, if both sides signed it;
  by when a message existed, if a witness or a trusted time stamp shows it.
No number is missing up to the heads below, as {exporter} states them, or it ends 1."""
_ATTESTED: Final = """\
ATTESTED: the party named signed it, nobody else confirms it
  clock readings, that of the export among them;
  approvals: a State certified its own officers, and what a screen showed them nobody can prove;
  answers that no other State has signed for, the last ones of a case among them;
  that the files of an opened exhibit are those in the sealed package (a key to it can show it);
  events of custody, by whoever recorded them;"""
_UNKNOWN: Final = """\
UNKNOWN
  whether both sides invented the case together: no bundle can show it;
  whether {exporter} left out what only its own log names. Compare this bundle with one that
  another party exports;
  what was never put into a log; whether evidence was collected lawfully;
  who else holds a copy or a key;
  whether the case has other conversations, or these have messages after the heads, and whether
  newer directory records revoke a key: {exporter} chose what is here. Ask the other parties;
  whether a log without a witness's signature has another branch, shown to others;"""


def readme(case: Case, evidence: Iterable[str]) -> bytes:
    """Return ``data/README.txt``.

    Args:
        case: what the bundle holds.
        evidence: paths of sealed packages and of files of opened exhibits.
    """
    paths = sorted(evidence)
    proved = _PROVED.format(exporter=case.exporter)
    parts = [
        _HEAD.format(exporter=case.exporter, at=time_text(case.exported_at), mode=case.mode),
        "\n".join((proved, *_contents(case, paths), *_heads(case.messages))),
        "\n".join((_ATTESTED, *_attested(case.chains))),
        "\n".join((_UNKNOWN.format(exporter=case.exporter), *_unknown(case))),
        "\n".join(_limits(case.limits)),
        "\n".join(_withheld(case.withheld)),
        commands(case, paths),
        *summaries().values(),
    ]
    return ("\n\n\n".join(parts) + "\n").encode("utf-8")


def _contents(case: Case, paths: Sequence[str]) -> Iterator[str]:
    """Yield what is there, counted."""
    packages = sum(path.startswith("data/evidence/") for path in paths)
    opened = len({path.split("/")[2] for path in paths if path.startswith("data/exhibits/")})
    yield (
        f"Here: messages {len(case.messages)}, receipts {len(case.receipts)}, custody chains "
        f"{len(case.chains)}, sealed packages {packages}, opened exhibits {opened},"
    )
    yield (
        f"logs {len(case.checkpoints)}, proved entries {len(case.leaves)}, time-stamped "
        f"checkpoints {len(case.stamps)}."
    )


def _heads(messages: Sequence[Message]) -> Iterator[str]:
    heads: dict[str, dict[str, int]] = {}
    for message in messages:
        found = heads.setdefault(message.conversation, {})
        author = message.draft.author
        found[author] = max(found.get(author, 0), message.draft.sequence)
    for conversation, found in sorted(heads.items()):
        yield f"Conversation {conversation}: complete up to"
        yield from (f"  message {count} of {party}" for party, count in sorted(found.items()))


def _attested(chains: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Yield each chain's length, and which of its events nobody can prove."""
    if not chains:
        yield "  no custody chain is in this bundle."
    for exhibit, events in sorted(chains.items()):
        told = ", ".join(str(event["number"]) for event in events if event["attested"])
        alone = f"number {told} (before sealing, or destruction)" if told else "none"
        amount = f"of exhibit {exhibit}, {len(events)} events"
        yield f"  {amount}; by its recorder's word alone: {alone}."


def _unknown(case: Case) -> Iterator[str]:
    if case.stamps:
        newest = {item.epoch: item.tree_size for item in case.stamps}
        for epoch, size in sorted(newest.items()):
            yield f"  by a time stamp: when entries beyond {size} of log {epoch} existed;"
    else:
        yield "  no trusted time stamp: not proved by one when anything here existed;"
    if case.snapshot_proof is None:
        yield "  since when the directory said this: no log here proves a snapshot of it;"
    waiting = sum(layout.kind_of(path) is Kind.RECEIPT for path in case.withheld)
    if waiting:
        yield f"  whether {waiting} messages were recorded, or refused: receipts are not here;"
    yield "  the content of what is withheld."


def _limits(limits: Sequence[Limit]) -> Iterator[str]:
    """Yield the conditions of use, which bind whoever reads this."""
    if not limits:
        yield "CONDITIONS OF USE that bind this evidence: none is known to the exporter."
        return
    yield f"CONDITIONS OF USE that bind this evidence: {len(limits)}"
    for limit in limits[:_SHOWN]:
        yield f"  {limit.kind}, {limit.standing}, set by {limit.by}"
        yield f"      by message {limit.source}"
        yield f"      {_line(limit.text) or 'no text, or its text is withheld'}"
    if len(limits) > _SHOWN:
        yield f"  and {len(limits) - _SHOWN} more, in the messages"
    yield "  A condition that was refused was never agreed to. Ask its author before another use."


def _withheld(withheld: Mapping[str, Withheld]) -> Iterator[str]:
    """Yield what is not there on purpose, each with reason and decision."""
    if not withheld:
        yield "WITHHELD: nothing."
        return
    yield f"WITHHELD: {len(withheld)} files; the rest verifies without them"
    for path, why in sorted(withheld.items())[:_SHOWN]:
        yield f"  {path}"
        yield f"      {_line(why.reason)}"
        decision = "nobody's decision" if why.decision is None else _line(why.decision)
        yield f"      decision: {decision}"
    if len(withheld) > _SHOWN:
        yield f"  and {len(withheld) - _SHOWN} more, listed in data/bundle.json"


def _line(text: str) -> str:
    """Return free text on one line, so that it cannot pass for a part of this page."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
