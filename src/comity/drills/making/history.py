"""A browser's history in the shape of Chromium's: meta, urls, visits, downloads.

The tables have Chromium's columns; its indexes, which only make it faster, are left out.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from comity.drills.errors import DrillStorySizeError
from comity.drills.making.kinds import SAYS
from comity.drills.making.sqlite import Made, Value, write_database
from comity.drills.making.story import Event, Wanted
from comity.drills.making.told import downloaded
from comity.drills.making.world import Visit, World

_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_LINK: Final = 0x30000000  # begin and end of a chain of redirects
_TYPED: Final = _LINK | 1
_FORM: Final = _LINK | 7
_COMPLETE: Final = 1
_VERSION: Final = "70"
_META: Final = "CREATE TABLE meta(key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR)"
_URLS: Final = (
    "CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT,url LONGVARCHAR,title LONGVARCHAR,"
    "visit_count INTEGER DEFAULT 0 NOT NULL,typed_count INTEGER DEFAULT 0 NOT NULL,"
    "last_visit_time INTEGER NOT NULL,hidden INTEGER DEFAULT 0 NOT NULL)"
)
_SEQUENCE: Final = "CREATE TABLE sqlite_sequence(name,seq)"
_VISITS: Final = (
    "CREATE TABLE visits(id INTEGER PRIMARY KEY AUTOINCREMENT,url INTEGER NOT NULL,"
    "visit_time INTEGER NOT NULL,from_visit INTEGER,external_referrer_url TEXT,"
    "transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER,"
    "visit_duration INTEGER DEFAULT 0 NOT NULL)"
)
_DOWNLOADS: Final = (
    "CREATE TABLE downloads (id INTEGER PRIMARY KEY,guid VARCHAR NOT NULL,"
    "current_path LONGVARCHAR NOT NULL,target_path LONGVARCHAR NOT NULL,"
    "start_time INTEGER NOT NULL,received_bytes INTEGER NOT NULL,total_bytes INTEGER NOT NULL,"
    "state INTEGER NOT NULL,danger_type INTEGER NOT NULL,interrupt_reason INTEGER NOT NULL,"
    "hash BLOB NOT NULL,end_time INTEGER NOT NULL,opened INTEGER NOT NULL,"
    "referrer VARCHAR NOT NULL,tab_url VARCHAR NOT NULL,mime_type VARCHAR(255) NOT NULL)"
)


def write_history(world: World, wanted: Wanted) -> bytes:
    """Return the history of one machine's browser; a row of `meta` says that it is an exercise.

    Raises:
        DrillStorySizeError: an address is longer than a page of the database takes.
    """
    seen = [
        (event, visit)
        for event in world.events
        if (visit := world.visit(event)) and visit.client.key == wanted.of
    ]
    urls = list(dict.fromkeys(visit.url for _, visit in seen))
    numbers = {url: at for at, url in enumerate(urls, 1)}
    visits: list[tuple[Value, ...]] = [
        (at, None, numbers[visit.url], micros(event.at), 0, None, _way(event), None, 0)
        for at, (event, visit) in enumerate(seen, 1)
    ]
    meta = [("exercise", SAYS), ("last_compatible_version", "16"), ("version", _VERSION)]
    made = write_database(
        [
            Made(
                name="meta",
                sql=_META,
                rows=[(at, *one) for at, one in enumerate(meta, 1)],
                named=True,
            ),
            Made(name="urls", sql=_URLS, rows=_urls(world, seen, urls)),
            Made(
                name="sqlite_sequence",
                sql=_SEQUENCE,
                rows=[(1, "urls", len(urls)), (2, "visits", len(visits))],
            ),
            Made(name="visits", sql=_VISITS, rows=visits),
            Made(name="downloads", sql=_DOWNLOADS, rows=_downloads(world, seen)),
        ]
    )
    if made is None:
        place = f"exhibit {wanted.key}"
        told = f"{world.story.file}: {place}: an address is too long for a browser's history"
        raise DrillStorySizeError(told, file=world.story.file, key=place)
    return made


def micros(at: datetime) -> int:
    """Return a moment as Chromium counts: microseconds since 1601."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _way(event: Event) -> int:
    """Return how one came to the page: typed, by a link, by a form."""
    if event.kind == "payment" or event.service:
        return _FORM
    return _LINK if event.kind == "file-taken" else _TYPED


def _urls(
    world: World, seen: Sequence[tuple[Event, Visit]], urls: Sequence[str]
) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    by_url: dict[str, list[tuple[Event, Visit]]] = {url: [] for url in urls}
    for event, visit in seen:
        by_url[visit.url].append((event, visit))
    for at, (url, of) in enumerate(by_url.items(), 1):
        typed = sum(_way(event) == _TYPED for event, _ in of)
        last = of[-1]
        rows.append((at, None, url, world.title(last[1]), len(of), typed, micros(last[0].at), 0))
    return rows


def _downloads(world: World, seen: Sequence[tuple[Event, Visit]]) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for event, visit in seen:
        if event.kind == "file-taken":
            path, dice = downloaded(world, visit, event), world.dice(event, "download")
            digits = f"{dice.number():016x}{dice.number():016x}"
            guid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
            size, at = len(visit.body), micros(event.at)
            number = len(rows) + 1
            whole = (path, path, at, size, size, _COMPLETE, 0, 0, b"", at, 0)
            rows.append((number, None, guid, *whole, visit.url, visit.url, "text/plain"))
    return rows
