"""The vectors of the court bundle through any verifier: exit status, and JSON if it gives any."""

import base64
import json
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.bundle.ceilings import CEILINGS
from comity.canonical import MisuseError, PeerError, decode_loose, encode
from comity.canonical.amounts import counted
from comity.conform.model import Probe, Result, Word
from comity.conform.run import expected, place_of, read_xfail
from comity.files.errors import translating

TIME_S: Final = 120
BY_STATUS: Final = "Only the exit status was compared: the verifier printed no JSON to compare."
NO_CLAIMS: Final = "The claims were not compared: the JSON of the verifier has none."
PLACES: Final = ("{bundle}", "{trust}")
NO_STATUS: Final = -1000
"""Stands for the exit status of a verifier that did not end in time."""
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
        place: file that the vector stands in, with its folder: ``bundle/vectors.json``.
        requirements: numbers of the rules that it shows.
    """

    name: str
    files: Mapping[str, Any]
    trust: Any
    expect: Mapping[str, Any]
    place: str = ""
    requirements: tuple[str, ...] = ()

    @property
    def probe(self) -> Probe:
        """Return the case as a probe, so that lists and reports treat both alike."""
        return Probe(
            f"bundle.{self.name}",
            SECTION,
            f"{self.place}: {_wanted(self.expect)}.",
            "MUST",
            _no_step,
            self.requirements,
            self.place,
        )


def _wanted(expect: Mapping[str, Any]) -> str:
    """Return in words what a verifier must say of a case."""
    told = [f"exit status {expect['exit']}"]
    if expect.get("step"):
        told.append(f"first fault at step {expect['step']} ({expect['code']})")
    claims = (*expect.get("claims", ()), *expect.get("shows", ()))
    if claims:
        told.append(counted(len(claims), "claim"))
    return ", ".join(told)


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
    if said.status == NO_STATUS:
        return f"Expected exit status {expect['exit']}. Received none within {TIME_S} s"
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
        raise MisuseError(
            f"{folder} holds no vectors.json; get the folder vectors/bundle of Comity's source, and"
            " name it by --vectors"
        )
    with translating(f"reading {folder}"):
        told = json.loads(path.read_text("utf-8"))
        names = {vector["base"] for vector in told["vectors"]}
        bases = {name: json.loads(_base(folder, name)) for name in names}
    found = []
    for vector in told["vectors"]:
        files = {**bases[vector["base"]]["files"], **vector["changes"]}
        kept = {path: content for path, content in files.items() if content is not None}
        found.append(
            Case(
                vector["name"],
                kept,
                vector["trust"],
                vector["expect"],
                f"{folder.resolve().name}/{path.name}",
                tuple(vector.get("requirements", ())),
            )
        )
    return tuple(found)


def select_cases(cases: Iterable[Case], only: Iterable[str]) -> tuple[Case, ...]:
    """Return the cases that are named by their identifier, a rule, or their file.

    Raises:
        MisuseError: a name is that of no case.
    """
    found = tuple(cases)
    wanted = {name: [one for one in found if _is(name, one)] for name in only}
    for name, named in wanted.items():
        if not named:
            raise MisuseError(f"no vector is called {name}; --list --verifier shows all")
    chosen = {one.name for named in wanted.values() for one in named}
    return tuple(one for one in found if one.name in chosen) if wanted else found


def _is(name: str, case: Case) -> bool:
    folder = case.place.partition("/")[0]
    return name in (case.name, case.probe.id, case.place, folder, *case.requirements)


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
        MisuseError: the command lacks ``{bundle}`` or ``{trust}``, or cannot be run.
    """
    try:
        typed = shlex.split(command)
    except ValueError as fault:
        raise MisuseError("the verifier's command ends inside a quotation") from fault
    for name, what in zip(PLACES, ("folder", "trust file"), strict=True):
        if not any(name in word for word in typed):
            raise MisuseError(
                f"the verifier's command must say {name} where the name of the {what} goes, as in"
                ' --verifier "CMD {bundle} {trust}"'
            )
    found = []
    for case in cases:
        begun = time.monotonic()
        word, reason = _judged(case, command)
        seconds = time.monotonic() - begun
        made = Result(case.probe, word, reason, seconds, in_part=word == "pass" and bool(reason))
        result = expected(made, (xfail or {}).get(made.probe.id))
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
    if odd:
        return "fail", f"{odd}. See {place_of(case.probe)}."
    return "pass", _uncompared(case.expect, said.report)


def _uncompared(expect: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Return what could not be compared, since the verifier did not say it; or nothing."""
    if not any(name in report for name in ("step", "code", "steps", "claims")):
        return BY_STATUS
    asked = any(expect.get(name) for name in ("claims", "shows", "never"))
    return NO_CLAIMS if asked and not isinstance(report.get("claims"), list) else ""


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
    except OSError as fault:
        told = f"the verifier {command[0]} could not be run ({type(fault).__name__})"
        raise MisuseError(
            f"{told}; name a program that can be run: the command is split into words as a shell"
            " does, and no shell runs it, so put pipes, variables and && into a script"
        ) from fault
    except subprocess.TimeoutExpired:
        return Said(NO_STATUS, b"")
    return Said(done.returncode, done.stdout)


def read_known(path: Path, cases: tuple[Case, ...]) -> dict[str, str]:
    """Return the known failures of a verifier; see `comity.conform.run.read_xfail`."""
    return read_xfail(path, [case.probe for case in cases])
