"""One run: every probe once, its result in words, and the list of known failures."""

import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from comity.canonical import ComityError, MisuseError
from comity.conform.bench import Bench
from comity.conform.model import PROBES, BrokenError, Probe, Result, SkippedError, Word
from comity.conform.probes import load
from comity.files.errors import translating

SPEC: Final = "the specification"


def all_probes() -> tuple[Probe, ...]:
    """Return every probe of the kit, in the order in which they run."""
    load()
    return PROBES.ordered()


def select_probes(probes: Iterable[Probe], only: Iterable[str]) -> tuple[Probe, ...]:
    """Return the probes whose id, rule, or part of the id before a full stop is among these.

    Raises:
        MisuseError: one of them names no probe.
    """
    wanted, found = list(only), list(probes)
    if not wanted:
        return tuple(found)
    for name in wanted:
        if not any(_names(name, one) for one in found):
            raise MisuseError(f"no probe is called {name}; comity conform --list shows all")
    return tuple(one for one in found if any(_names(name, one) for name in wanted))


def _names(name: str, one: Probe) -> bool:
    return one.id == name or one.id.startswith(f"{name}.") or name in one.requirements


def read_xfail(path: Path, probes: Iterable[Probe]) -> dict[str, str]:
    """Return the known failures of a file: id to reason.

    A line is an id, ``#`` and the reason; empty lines and lines that begin with ``#`` are not
    read.

    Raises:
        MisuseError: a line names no probe or gives no reason.
        StorageError: the file cannot be read.
    """
    with translating(f"reading {path}"):
        lines = path.read_text("utf-8").splitlines()
    known = {one.id for one in probes}
    found = {}
    for number, line in enumerate(lines, 1):
        id, mark, reason = (part.strip() for part in line.partition("#"))
        if not id:
            continue
        if id not in known:
            raise MisuseError(f"{path}, line {number}: no probe is called {id}")
        if not mark or not reason:
            raise MisuseError(f"{path}, line {number}: give the reason after a # for {id}")
        found[id] = reason
    return found


def run(
    bench: Bench,
    probes: Iterable[Probe],
    *,
    xfail: Mapping[str, str] | None = None,
    tell: Callable[[Result], None] = lambda _result: None,
) -> tuple[Result, ...]:
    """Make the probes one after the other.

    Args:
        bench: what they work with.
        probes: in order.
        xfail: ids of known failures, with reasons.
        tell: is told of each result as it comes.
    """
    found = []
    for one in probes:
        begun = time.monotonic()
        made = run_probe(bench, one)
        made = replace(made, seconds=time.monotonic() - begun)
        result = expected(made, (xfail or {}).get(one.id))
        tell(result)
        found.append(result)
    return tuple(found)


def expected(made: Result, known: str | None) -> Result:
    """Return a result as the list of known failures has it.

    Args:
        made: the result.
        known: the reason that the list gives, or None where it does not name the probe.
    """
    if known is None:
        return made
    told: Mapping[Word, tuple[Word, str]] = {
        "fail": ("xfail", f"known: {known} ({made.reason})"),
        "pass": ("unexpected pass", f"listed as a known failure: {known}"),
    }
    word, reason = told.get(made.word, (made.word, made.reason))
    return replace(made, word=word, reason=reason, known=True)


def run_probe(bench: Bench, one: Probe) -> Result:
    """Make one probe; return what became of it."""
    try:
        one.step(bench)
    except BrokenError as fault:
        told = f"Expected {fault.expected}. Received {fault.came}. See {place_of(one)}."
        return Result(one, "fail", told)
    except SkippedError as fault:
        return Result(one, "not tried", f"{fault}.", remedy=f"{fault.remedy}.")
    except ComityError as fault:
        told = f"The probe could not run: {fault} [{fault.code}]."
        return Result(one, "fail", f"{told} See {place_of(one)}.")
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        where = traceback.extract_tb(fault.__traceback__)[-1]
        told = f"The answer could not be read ({type(fault).__name__} in {where.name})."
        return Result(one, "fail", f"{told} See {place_of(one)}.")
    return Result(one, "pass")


def place_of(one: Probe) -> str:
    """Return where the specification says it."""
    rules = f" ({', '.join(one.requirements)})" if one.requirements else ""
    return f"{SPEC}, section {one.section}{rules}"
