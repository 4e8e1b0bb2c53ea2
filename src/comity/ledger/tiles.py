"""A tree as static files: the C2SP tlog-tiles layout."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.canonical.errors import MisuseError
from comity.ledger.errors import TileError, TileMismatchError
from comity.ledger.frontier import Frontier
from comity.ledger.tree import HASH_BYTES, MAX_TREE_SIZE, leaf_hash, root, root_from_reader

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
MAX_ENTRY_BYTES: Final = 65535  # two-byte length prefix
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A run of hashes of one level, or of entries.

    Attributes:
        level: 0 for leaf hashes, each level above 256 times coarser; None for an entry bundle.
        index: place of the tile in its level.
        width: hashes or entries in it, 1 to 256; fewer than 256 only at the right edge.
    """

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path under the log's prefix (tlog-tiles, Merkle Tree and Log entries)."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Return the tile of a path in its only spelling.

    Raises:
        TileError: any other path.

    Source: tlog-tiles, Merkle Tree, Partial Tiles and Log entries.
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise TileError("not the path of a tile")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("/", "").replace("x", ""))
    tile = Tile(level, index, int(match["width"] or WIDTH))
    if tile.path != path or (level or 0) > 63 or index > MAX_TREE_SIZE >> HEIGHT:
        raise TileError("not the path of a tile")
    return tile


def tiles_of(tree_size: int) -> Iterator[Tile]:
    """Give every hash tile of a tree, level by level from the leaves, partial ones last."""
    level, count = 0, tree_size
    while count:
        yield from (Tile(level, index) for index in range(count >> HEIGHT))
        if count % WIDTH:
            yield Tile(level, count >> HEIGHT, count % WIDTH)
        level, count = level + 1, count >> HEIGHT


def bundles_of(tree_size: int) -> Iterator[Tile]:
    """Give every entry bundle of a log, the partial one last."""
    yield from (Tile(None, index) for index in range(tree_size >> HEIGHT))
    if tree_size % WIDTH:
        yield Tile(None, tree_size >> HEIGHT, tree_size % WIDTH)


def tile_holding(level: int, index: int, tree_size: int) -> tuple[Tile, int]:
    """Return the tile of a tree that holds a hash of a tile level, and the place in it."""
    place = index % WIDTH
    width = min(WIDTH, (tree_size >> HEIGHT * level) - (index - place))
    if place >= width:
        raise MisuseError("the tree has no such hash")
    return Tile(level, index // WIDTH, width), place


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Return a tile's bytes.

    Raises:
        MisuseError: none or more than 256 hashes, or one not of 32 bytes.
    """
    if not 1 <= len(hashes) <= WIDTH or any(len(value) != HASH_BYTES for value in hashes):
        raise MisuseError("a tile has 1 to 256 hashes of 32 bytes")
    return b"".join(hashes)


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """Return a tile's hashes.

    Raises:
        TileError: not exactly ``width`` hashes.
    """
    if len(data) != width * HASH_BYTES:
        raise TileError("a tile's length is not its width's")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle's bytes.

    Raises:
        MisuseError: none or more than 256 entries, or one longer than 65535 bytes.
    """
    if not 1 <= len(entries) <= WIDTH or any(len(one) > MAX_ENTRY_BYTES for one in entries):
        raise MisuseError("a bundle has 1 to 256 entries of at most 65535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return a bundle's entries.

    Raises:
        TileError: not exactly ``width`` entries.

    Source: tlog-tiles, Log entries.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        if len(entries) == width:
            raise TileError("a bundle has more entries than its width")
        end = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if place + 2 > len(data) or end > len(data):
            raise TileError("a bundle ends inside an entry")
        entries.append(data[place + 2 : end])
        place = end
    if len(entries) != width:
        raise TileError("a bundle has fewer entries than its width")
    return entries


class TileReader:
    """Answers for any complete subtree of a tree from its tiles; a `SubtreeReader`.

    Each tile is asked for once. What the tiles say is trusted by nobody: check what is computed
    from them against a verified checkpoint.
    """

    def __init__(self, tree_size: int, fetch: Callable[[Tile], bytes]) -> None:
        self._tree_size = tree_size
        self._fetch = fetch
        self._kept: dict[Tile, list[bytes]] = {}

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the hash over leaves ``[index << level, (index + 1) << level)``.

        Raises:
            TileError: a tile of a wrong length.
            MisuseError: the subtree is not complete in this tree.
        """
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        tile, place = tile_holding(tile_level, first, self._tree_size)
        if place + (1 << height) > tile.width:
            raise MisuseError("the tree has no such subtree")
        hashes = self.hashes(tile)
        return hashes[place] if not height else root(hashes[place : place + (1 << height)])

    def hashes(self, tile: Tile) -> list[bytes]:
        """Return the hashes of a tile, fetched at most once."""
        kept = self._kept.get(tile)
        if kept is None:
            kept = self._kept[tile] = decode_tile(self._fetch(tile), tile.width)
        return kept


def root_from_tiles(tree_size: int, fetch: Callable[[Tile], bytes]) -> bytes:
    """Return the root of a tree from the few tiles at its right edge."""
    return root_from_reader(tree_size, TileReader(tree_size, fetch))


def audit_tiles(
    tree_size: int,
    fetch: Callable[[Tile], bytes],
    entries: Callable[[Tile], bytes] | None = None,
) -> bytes:
    """Return the root after every tile was checked against the ones under it.

    Args:
        tree_size: number of leaves.
        fetch: gives the bytes of a hash tile.
        entries: gives the bytes of an entry bundle; None leaves the entries unread.

    Raises:
        TileMismatchError: with the path of the first tile that is not what lies under it.
        TileError: a tile or bundle of a wrong length.

    Source: tlog-tiles, Merkle Tree (a hash above is the Merkle Tree Hash of a full tile below).
    """
    frontier = Frontier()
    below: list[bytes] = []  # the hash of each full tile one level down
    full: list[bytes] = []  # the same of this level
    for tile in tiles_of(tree_size):
        if tile.index == 0:
            below, full = full, []
        hashes = decode_tile(fetch(tile), tile.width)
        _check_below(tile, hashes, below, entries)
        if tile.level == 0:
            frontier, _ = frontier.append(hashes)
        if tile.width == WIDTH:
            full.append(root(hashes))
    return frontier.root()


def _check_below(
    tile: Tile,
    hashes: list[bytes],
    below: list[bytes],
    entries: Callable[[Tile], bytes] | None,
) -> None:
    if tile.level:
        start = tile.index * WIDTH
        due = below[start : start + tile.width]
    elif entries is None:
        return
    else:
        bundle = Tile(None, tile.index, tile.width)
        due = [leaf_hash(entry) for entry in decode_bundle(entries(bundle), bundle.width)]
    if hashes != due:
        raise TileMismatchError("a tile is not what lies under it", path=tile.path)
