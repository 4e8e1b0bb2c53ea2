"""The verdict on a bundle: the first step that fails, the claims, the exit status (spec 16)."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.stranger.bundle import Case
from tests.stranger.bundle_evidence import step_9, step_10
from tests.stranger.bundle_files import load_records, step_1, step_2, step_3
from tests.stranger.bundle_logs import step_6, step_7, step_8
from tests.stranger.bundle_messages import step_4, step_5, step_11
from tests.stranger.claims import CLOCKS, Claim
from tests.stranger.records import read_trust
from tests.stranger.values import RefusedError, demand
from tests.stranger.words import claims_of

STEPS = (
    step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9, step_10, step_11,
)  # fmt: skip
INTACT, DAMAGED, UNREADABLE, UNPINNED, DISPUTED = 0, 1, 2, 3, 4
WORDS = {0: "intact", 1: "damaged", 2: "unreadable", 3: "unpinned", 4: "disputed"}


@dataclass(frozen=True)
class Verdict:
    """What a bundle shows.

    Attributes:
        exit: status.
        step: the first that fails, or 0.
        code: why.
        why: for people.
        claims: what is proved, attested or otherwise.
    """

    exit: int
    step: int = 0
    code: str = ""
    why: str = ""
    claims: tuple[Claim, ...] = ()

    @property
    def word(self) -> str:
        """Return the status in a word."""
        return WORDS[self.exit]


def load(place: Path) -> dict[str, bytes]:
    """Return the files of a bundle that is a folder, or a zip of one."""
    if place.is_dir():
        found = [path for path in place.rglob("*") if not path.is_dir()]
        demand(all(path.is_file() and not path.is_symlink() for path in found), "bundle-unreadable")
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in found}
    try:
        with zipfile.ZipFile(place) as packed:
            names = [name for name in packed.namelist() if not name.endswith("/")]
            demand(len(set(names)) == len(names), "bundle-unreadable", "a name twice")
            files = {name: packed.read(name) for name in names}
    except (OSError, zipfile.BadZipFile) as fault:
        raise RefusedError("bundle-unreadable", str(fault)) from fault
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and "bagit.txt" not in files:
        files = {name.partition("/")[2]: data for name, data in files.items()}
    return files


def judge(place: Path, trust: Path | None) -> Verdict:
    """Judge the bundle at a path; what cannot be read is no bundle, and misuse."""
    try:
        return verify(load(place), trust.read_bytes() if trust else None)
    except (OSError, RefusedError) as fault:
        return Verdict(UNREADABLE, why=str(fault))


def verify(files: dict[str, bytes], trust: bytes | None) -> Verdict:
    """Judge a bundle.

    Args:
        files: path to bytes.
        trust: a trust file, which came by hand, or None.
    """
    return verify_case(files, trust)[0]


def verify_case(files: dict[str, bytes], trust: bytes | None) -> tuple[Verdict, Case]:
    """Judge a bundle, and return what was read of it too."""
    case = Case(files, read_trust(trust) if trust else None)
    for number, step in enumerate(STEPS, 1):
        try:
            if number == 2:
                load_records(case)
            step(case)
        except RefusedError as fault:
            return Verdict(DAMAGED, number, fault.code, str(fault)), case
        except (AttributeError, LookupError, TypeError, ValueError) as fault:  # of another kind
            return Verdict(DAMAGED, number, "member-malformed", repr(fault)), case
    claims = claims_of(case)
    return Verdict(_status(case, claims), claims=tuple(claims)), case


def _status(case: Case, claims: list[Claim]) -> int:
    own = [one for one in claims if one.word == "contradicted" and case.exporter in one.by]
    if any(one.name not in CLOCKS for one in own):
        return DAMAGED
    parties = {case.exporter} | {one.author for one in case.said}
    parties |= {party for one in case.said for party in one.value["members"]}
    if not all(case.pinned(party) for party in parties):
        return UNPINNED
    if own or any(one.word == "disputed" for one in claims):
        return DISPUTED
    return INTACT


def at_odds(found: Verdict) -> list[str]:
    """Return the claims that are contradicted or disputed, as the vectors write them."""
    odd = [one for one in found.claims if one.word in ("contradicted", "disputed")]
    return sorted({" ".join((one.name, one.word, *one.by)) for one in odd})
