"""Files and addresses about logs that C2SP fixes: tlog-proof and tlog-tiles (spec 10 and 13.2)."""

import re
from dataclasses import dataclass

from tests.stranger.log import check_inclusion, leaf_hash
from tests.stranger.notes import Checkpoint, NoteKey, open_checkpoint, padded64
from tests.stranger.values import demand

FIRST_LINE = "c2sp.org/tlog-proof@v1"
NUMBER = re.compile(r"0|[1-9][0-9]*", re.ASCII)
MAX_PATH = 63
TILE = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class LogProof:
    """A tlog-proof file whose shape was checked.

    Attributes:
        index: where in the tree the entry stands.
        path: from it to the root.
        note: the checkpoint, as signed.
        extra: what else it says.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes

    def verify(self, entry: bytes, keys: list[NoteKey]) -> Checkpoint:
        """Verify that an entry stands in the tree of a checkpoint that the log signed."""
        tree = open_checkpoint(self.note, keys)
        check_inclusion(leaf_hash(entry), self.index, tree.size, list(self.path), tree.root)
        return tree


def read_log_proof(text: str) -> LogProof:
    """Read a tlog-proof file."""
    code = "log-proof-malformed"
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    demand(gap and note and lines[0] == FIRST_LINE and "\r" not in text, code)
    extra = b""
    rest = lines[1:]
    if rest and rest[0].startswith("extra "):
        extra = padded64(rest.pop(0).removeprefix("extra "), code)
    word, _, number = (rest or [""])[0].partition(" ")
    demand(word == "index" and NUMBER.fullmatch(number), code, "no index")
    path = tuple(padded64(line, code) for line in rest[1:])
    demand(len(path) <= MAX_PATH and all(len(step) == 32 for step in path), code, "the path")
    return LogProof(int(number), path, note, extra)


def read_tile_path(path: str) -> tuple[str, int, int]:
    """Return level (or ``entries``), index and width of a tile's address."""
    code = "tile-malformed"
    found = TILE.fullmatch(path)
    demand(found, code)
    assert found is not None
    level, groups, last, width = found.groups()
    parts = [part.strip("x/") for part in groups.split("/") if part] + [last]
    demand(len(parts) == 1 or parts[0] != "000", code, "a group of zeros in front")
    index = int("".join(parts))
    demand(index < 1 << 55, code, "an index beyond any log")
    demand(width is None or int(width) < 256, code, "the width")
    return level, index, int(width or 256)


def read_entry_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the entries of an entry bundle."""
    code, entries, at = "tile-malformed", [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        demand(at + 2 <= len(data) and end <= len(data), code, "cut short")
        entries.append(data[at + 2 : end])
        at = end
    demand(len(entries) == width, code, "another number of entries")
    return entries
