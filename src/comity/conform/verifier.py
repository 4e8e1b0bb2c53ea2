"""The vectors of the court bundle through any verifier: exit status, and JSON if it gives any."""

import base64
import json
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.bundle.ceilings import CEILINGS
from comity.canonical import MisuseError, OperationError, PeerError, decode_loose, encode
from comity.conform.model import Probe, Result, Word
from comity.conform.run import read_xfail
from comity.files.errors import translating

TIME_S: Final = 120
MAX_BYTES: Final = 256 * 1024 * 1024
SECTION: Final = "16"
AT_ODDS: Final = ("contradicted", "disputed")
"""Words of the claims that are shown where one is missing."""


SURENESS: Final = {"unknown": 0, "attested": 1, "proved": 2}


@dataclass(frozen=True)
class Case:
    """One vector: a bundle on disk, the trust file to judge by, and what must come of it.

    Attributes:
        name: of the vector.
        files: path to content.
        trust: the trust file, or None.
        expect: as the vector says it.
    """

    name: str
    files: Mapping[str, Any]
    trust: Any
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What a verifier said.

    Attributes:
        status: exit status.
        output: standard output.
    """

    status: int
    output: bytes

    @property
    def report(self) -> Mapping[str, Any]:
        """Return the JSON object that it printed, or an empty one."""
        try:
            value = decode_loose(self.output, max_bytes=MAX_BYTES)
        except PeerError:
            return {}
        return value if isinstance(value, dict) else {}


def disagreement(expect: Mapping[str, Any], said: Said) -> str:
    """Return how a verifier disagrees with a vector, or nothing.

    This is the one place that knows what the words of a vector mean for exit status and JSON.
    Status and step decide; the code of the fault is compared where the JSON gives one, and so are
    the claims that must be contradicted or disputed, and those that the verdict has to show:
    "claim word party party".
    """
    if said.status != expect["exit"]:
        return f"Expected exit status {expect['exit']}. Received {said.status}"
    report = said.report
    step = report.get("step", _first(report).get("number"))
    if step is not None and expect.get("step") and step != expect["step"]:
        return f"Expected the first fault at step {expect['step']}. Received step {step}"
    code = report.get("code", _first(report).get("code"))
    if code is not None and expect.get("code") and code != expect["code"]:
        return f"Expected the code {expect['code']}. Received {code}"
    too_sure = _too_sure(report, failed=bool(expect.get("step")))
    too_sure = too_sure or _forbidden(expect.get("never", ()), report)
    return too_sure or _unsaid((*expect.get("claims", ()), *expect.get("shows", ())), report)


def _too_sure(report: Mapping[str, Any], *, failed: bool) -> str:
    """Return which claim a report calls surer than it may be, or nothing (C-16-34, C-16-73)."""
    claims = report.get("claims")
    for one in claims if isinstance(claims, list) else ():
        name, word = (one.get("claim"), one.get("word")) if isinstance(one, dict) else ("", "")
        most = CEILINGS.get(str(name))
        if failed and word not in ("", "unknown"):
            return f"Expected nothing borne out where a step fails. Received {name} {word}"
        if most is not None and SURENESS.get(str(word), 0) > SURENESS[most]:
            return f"Expected the claim {name} no surer than {most}. Received {word}"
    return ""


def _forbidden(never: Sequence[str], report: Mapping[str, Any]) -> str:
    """Return which of these claims a report makes in a word that it must not use, or nothing."""
    claims = report.get("claims")
    for one in claims if isinstance(claims, list) else ():
        text = f"{one.get('claim')} {one.get('word')}" if isinstance(one, dict) else ""
        if text in never:
            return f"Expected no claim {text}. Received it"
    return ""


def _unsaid(wanted: Sequence[str], report: Mapping[str, Any]) -> str:
    """Return which of these claims a report lacks, or nothing if it lacks none or gives none."""
    claims = report.get("claims")
    if not isinstance(claims, list):
        return ""
    said = [
        _claim(
            " ".join((str(one.get("claim")), str(one.get("word")), *map(str, one.get("by", ()))))
        )
        for one in claims
        if isinstance(one, dict)
    ]
    for text in wanted:
        if _claim(text) not in said:
            odd = [one for one in said if one[1] in AT_ODDS]
            shown = "; ".join(" ".join((*words, *sorted(by))) for *words, by in odd) or "none"
            return f"Expected the claim {text}. Received {shown}"
    return ""


def _claim(text: str) -> tuple[str, str, frozenset[str]]:
    """Return claim, word and parties, whose order says nothing."""
    claim, word, *parties = text.split()
    return claim, word, frozenset(parties)


def _first(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return number and code of the first step that failed, as ``comity verify --json`` has it."""
    for step in report.get("steps") or ():
        if isinstance(step, dict) and step.get("status") == "failed":
            findings = step.get("findings") or [{}]
            return {"number": step.get("number"), "code": findings[0].get("code")}
    return {}


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Return the vectors of a folder ``vectors/bundle``.

    Raises:
        MisuseError: the folder holds none.
        StorageError: a file cannot be read.
    """
    path = folder / "vectors.json"
    if not path.is_file():
        raise MisuseError(f"{folder} holds no vectors.json; name the folder vectors/bundle")
    with translating(f"reading {folder}"):
        told = json.loads(path.read_text("utf-8"))
        names = {vector["base"] for vector in told["vectors"]}
        bases = {name: json.loads(_base(folder, name)) for name in names}
    found = []
    for vector in told["vectors"]:
        files = {**bases[vector["base"]]["files"], **vector["changes"]}
        kept = {path: content for path, content in files.items() if content is not None}
        found.append(Case(vector["name"], kept, vector["trust"], vector["expect"]))
    return tuple(found)


def _base(folder: Path, name: str) -> str:
    file = name if name.endswith(".json") else f"{name}.json"
    return (folder / file).read_text("utf-8")


def run_cases(
    cases: tuple[Case, ...],
    command: str,
    *,
    tell: Callable[[Result], None] = lambda _result: None,
    xfail: Mapping[str, str] | None = None,
) -> tuple[Result, ...]:
    """Run every case through a verifier.

    Args:
        cases: in order.
        command: with ``{bundle}`` and ``{trust}`` in it; where a case has no trust file, the word
            that holds ``{trust}`` is left out, and an option ``--...`` that stands before it.
        tell: is told of each result as it comes.
        xfail: ids of known failures, with reasons.

    Raises:
        MisuseError: the command names no ``{bundle}``.
        OperationError: the command cannot be run.
    """
    if "{bundle}" not in command:
        raise MisuseError("the verifier's command must say {bundle} where the folder's name goes")
    found = []
    for case in cases:
        probe = Probe(f"bundle.{case.name}", SECTION, case.name, "MUST", _no_step)
        word, reason = _judged(case, command)
        known = (xfail or {}).get(probe.id)
        if known is not None:
            word = "xfail" if word == "fail" else "unexpected pass"
            reason = f"known: {known}"
        result = Result(probe, word, reason)
        tell(result)
        found.append(result)
    return tuple(found)


def _no_step(_bench: object) -> None:
    raise NotImplementedError


def _judged(case: Case, command: str) -> tuple[Word, str]:
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        place = Path(name)
        bundle = place / "bundle"
        write(case.files, bundle)
        trust = None
        if case.trust is not None:
            trust = place / "trust.json"
            trust.write_bytes(_bytes(case.trust))
        said = _run(list(words(command, bundle, trust)))
    odd = disagreement(case.expect, said)
    return ("fail", f"{odd}. See the specification, section {SECTION}.") if odd else ("pass", "")


def write(files: Mapping[str, Any], folder: Path) -> None:
    """Write a bundle's files."""
    folder.mkdir()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_bytes(content))


def _bytes(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, dict) and set(content) == {"base64"}:
        return base64.b64decode(content["base64"])
    return encode(content)


def words(command: str, bundle: Path, trust: Path | None) -> Iterator[str]:
    """Yield the words of a command for one case."""
    waiting = ""
    for word in shlex.split(command):
        if "{trust}" in word and trust is None:
            waiting = ""  # the option before it goes too
            continue
        if waiting:
            yield waiting
        waiting = ""
        told = word.replace("{bundle}", str(bundle)).replace("{trust}", str(trust))
        if word.startswith("--") and "=" not in word and "{" not in word:
            waiting = told
        else:
            yield told
    if waiting:
        yield waiting


def _run(command: list[str]) -> Said:
    try:
        done = subprocess.run(  # noqa: S603 - the person who runs the kit names it
            command, capture_output=True, check=False, timeout=TIME_S
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise OperationError(f"the verifier {command[0]} could not be run") from fault
    return Said(done.returncode, done.stdout)


def read_known(path: Path, cases: tuple[Case, ...]) -> dict[str, str]:
    """Return the known failures of a verifier; see `comity.conform.run.read_xfail`."""
    probes = [Probe(f"bundle.{case.name}", SECTION, case.name, "MUST", _no_step) for case in cases]
    return read_xfail(path, probes)
