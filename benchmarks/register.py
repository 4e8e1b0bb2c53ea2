"""The register with 10,000 and with 1,000,000 requests: a page of it, and searches in it.

Each size lies once in SQLite and once in PostgreSQL. A page is asked of Django in one process, with
all its middleware, and comes as the bytes that a browser gets; the network is left out. Making the
register is not measured. Each database is measured in a process of its own.
"""

import functools
import gc
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any, Final

from benchmarks.evidence import FOLDER
from benchmarks.postgresql import binaries, started
from benchmarks.rows import Row, hand_over, percentile, say

SIZES: Final = (10_000, 1_000_000)
ROUNDS: Final = 100
OPEN_SHARE: Final = 0.02
IRIS_MS: Final = 1_378
"""DFIR-IRIS 2.4.20 at 100,000 cases, its list of ten, p50; the same kind of machine (2026-11)."""
PAGE_MS, SEARCH_MS, GROWTH = 30, 50, 1.5
PARTIES: Final = ("za", "fr", "br", "jp", "eg", "in", "mx", "ng", "ca", "kr")
FAMILY: Final = ("Nguyễn", "Trần", "Lê", "王", "李", "Иванов", "Петров", "محمد", "الرشيد", "García",
                 "Müller", "Okafor", "Dlamini", "Silva", "Kim", "Sato")  # fmt: skip
GIVEN: Final = (
    "Đức",
    "Văn Hùng",
    "芳",
    "小龙",
    "Алексей",
    "خالد",
    "José",
    "Anna",
    "Thandi",
    "João",
)
_WORDS: Final = (
    "account mailbox payment fraud phishing invoice server wallet address message ransom hospital "
    "school bank transfer number"
)
WORDS: Final = tuple(_WORDS.split())
MEASURES: Final = ("preservation", "stored-data", "traffic-data")
TYPE: Final = "request.submitted"
_AT_ONCE: Final = 2_000
_END: Final = datetime(2026, 11, 27, tzinfo=UTC)


# ------------------------------------------------------------------ a register


@functools.cache
def known(text: str) -> tuple[str, ...]:
    """Return the tokens of a text that comes often."""
    from comity.node.search.tokenizer import tokens

    return tuple(tokens([text]))


@dataclass(frozen=True)
class Asked:
    """One request of a register: rows as tuples, and the words of its case and its message."""

    at: datetime
    conversation: tuple[Any, ...]
    message: tuple[Any, ...]
    case: str
    due_at: Any
    of_case: tuple[str, ...]
    of_message: tuple[str, ...]


_CONVERSATION: Final = (
    "digest opener members type measure reference case main tracks double_speak status_asked paper "
    "opened_at moved_at due_at offence beyond_quota ours due_clock due_rule"
)
MESSAGE: Final = ("record", "content", "conversation", "author", "message_id", "sequence", "type",
                  "outgoing", "jws", "sent_at", "recorded_at", "standing", "outcome", "epoch",
                  "index", "tree_size", "known_size", "second_due_at")  # fmt: skip
DOCUMENT: Final = ("id", "kind", "subject", "case", "assigned", "due_at")


def requests(number: int, *, open_share: float = OPEN_SHARE) -> Iterator[Asked]:
    """Yield requests, the oldest first, with the tokens that the index would give them."""
    from django.db import connection

    from comity.node.search.tokenizer import tokens

    draw, moment = random.Random(2026), connection.ops.adapt_datetimefield_value
    step = timedelta(days=730) / number
    for count in range(number):
        at = _END - timedelta(days=730) + count * step
        state, measure = draw.choice(PARTIES), draw.choice(MEASURES)
        digest, record = f"{count:064x}", f"{count + (1 << 200):064x}"
        case, reference = f"{at.year}-{count:07d}", f"{state.upper()}-{at.year}-{count:07d}"
        open_ = draw.random() < open_share
        main = "submitted" if open_ else draw.choice(("executed", "refused", "closed"))
        due = moment(_END + timedelta(hours=draw.randrange(2_000))) if open_ else None
        party, stamp = f"{state}/contact-point", moment(at)
        moved = moment(at + timedelta(days=draw.randrange(90)))
        members = f'["{party}", "vn/contact-point"]'
        facets = (f"=p:{party}", f"=s:{state}", "=p:vn/contact-point", "=s:vn", f"=m:{measure}")
        person = f"{draw.choice(FAMILY)} {draw.choice(GIVEN)}"
        mail, phone = f"user{count}@mail{draw.randrange(500)}.example", f"+84 90 {count:07d}"
        some = [word for text in (person, *draw.choices(WORDS, k=12)) for word in known(text)]
        case_facts = ("=k:case", *facets, f"=w:{main}")
        clocks = ("=due", *(f"=due{one}" for one in case_facts[1:])) if open_ else ()
        yield Asked(
            at,
            (f"sha256:{digest}", party, members, TYPE, measure, reference, case, main, "{}",
             False, False, False, stamp, moved, due,
             "fraud", False, False, "answer" if due else "", "office" if due else ""),
            (f"sha256:{record}", f"sha256:{digest}", f"sha256:{digest}", party,
             f"018f0000-0000-7000-8000-{count:012x}", 1, TYPE, False, b"", stamp, stamp,
             "applied", "applied", 1, count, count + 1, None, None),
            case,
            due,
            (*case_facts, *clocks, *dict.fromkeys((*tokens([f"{case} {reference}"]), *known(party),
                             *known("vn/contact-point")))),
            ("=k:message", *facets, *dict.fromkeys((
                f"sha256:{record}", f"sha256{record}", "sha256", record, f"sha256:{digest}",
                f"sha256{digest}", digest, *tokens([f"{mail} {phone}"]), *some))),
        )  # fmt: skip


def fill(number: int, *, open_share: float = OPEN_SHARE) -> None:
    """Write a register straight into the tables, with its index of words."""
    from django.db import connection, transaction

    from comity.node.search import engine
    from comity.node.search.index import first_id
    from comity.node.search.reindex import make_if_needed

    make_if_needed(lambda _done, _total: None)
    quote = connection.ops.quote_name

    def insert(table: str, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        into, places = ", ".join(map(quote, names)), ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({into}) VALUES ({places})", rows)  # noqa: S608

    place, second = 0, 0
    for some in batched(requests(number, open_share=open_share), _AT_ONCE):
        documents: list[tuple[Any, ...]] = []
        words = []
        clocks: list[tuple[Any, ...]] = []
        for one in some:
            first = first_id(one.at)
            place, second = (place + 2 if first == second else 0), first
            record = one.message[0]
            documents += [
                (first + place, "case", one.case, one.case, "", one.due_at),
                (first + place + 1, "message", record, one.case, "", None),
            ]
            words += [(first + place, one.of_case), (first + place + 1, one.of_message)]
            clocks += [
                (word.removeprefix("=due"), one.due_at, first + place)
                for word in one.of_case
                if word.startswith("=due=")
            ]
        with transaction.atomic():
            insert("node_conversation", _CONVERSATION.split(), [one.conversation for one in some])
            insert("node_messagerow", MESSAGE, [one.message for one in some])
            insert("node_searchdocument", DOCUMENT, documents)
            insert("node_searchclock", ("facet", "due_at", "document"), clocks)
            engine.put(words)
    engine.tidy()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if engine.is_postgresql() else "ANALYZE node_conversation")


# ------------------------------------------------------------------ asking


def questions(number: int) -> dict[str, Callable[[random.Random], str]]:
    """Return addresses to ask for, by name: each is another at each round."""

    def place(draw: random.Random) -> str:
        at = (_END - timedelta(days=draw.randrange(30, 700))).isoformat().replace("+", "%2B")
        return f"/?after=~{at}~sha256:{draw.randrange(number):064x}"

    def word(value: str) -> str:
        return f"/search?q={value}"

    return {
        "page first": lambda _draw: "/",
        "page deep": place,
        "page narrowed": lambda draw: f"/?partner={draw.choice(PARTIES)}/contact-point",
        "search number": lambda draw: word(f"{draw.randrange(number):07d}"),
        "search identifier": lambda draw: word(f"user{draw.randrange(number)}%40mail"),
        "search two characters": lambda _draw: word("王+芳"),
        "search without marks": lambda draw: word(f"nguyen duc {draw.choice(WORDS)}"),
        "search in other letters": lambda draw: word(f"ivanov {draw.choice(WORDS)}"),
        "search common": lambda draw: word(draw.choice(WORDS)),
        "search three common": lambda draw: word("+".join(draw.sample(WORDS, 3))),
        "search nothing": lambda draw: word(f"zqx{draw.randrange(10**9)}"),
    }


def measure(number: int) -> dict[str, list[float]]:
    """Return milliseconds of each question, and those that this process computed for it."""
    from django.test import Client

    client, found = (
        signed_in(Client(headers={"host": "localhost", "accept-encoding": "gzip"})),
        dict[str, list[float]](),
    )
    draw, asked = random.Random(7), questions(number)
    gc.collect()
    gc.freeze()  # as a node's worker does when it starts
    for round_ in range(-3, ROUNDS):  # three to warm up
        for name, make in asked.items():
            path = make(draw)
            begun, used = time.perf_counter(), time.process_time()
            answer = client.get(path)
            spent = 1000 * (time.perf_counter() - begun)
            computed = 1000 * (time.process_time() - used)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if round_ >= 0:
                found.setdefault(name, []).append(spent)
                found.setdefault(f"computing: {name}", []).append(computed)
    return found


def signed_in(client: Any) -> Any:
    """Let a client be a case officer's."""
    from comity.node.models import Officer
    from comity.node.models.people import SIGNED
    from comity.node.people import accounts
    from comity.node.people.signin.sessions import PASSKEY

    at = datetime.now(UTC)
    password = "a long phrase for measuring"  # noqa: S105 - of a register that is thrown away
    accounts.add_person(name="case", role="case", password=password, at=at, by="operator",
                      identifier="officer-case")  # fmt: skip
    client.force_login(Officer.objects.get(identifier="officer-case").user)
    session, stamp = client.session, at.timestamp()
    session[SIGNED] = {"at": stamp, "seen": stamp, "role": "case", "way": PASSKEY, "client": ""}
    session.save()
    return client


def one(folder: Path, number: int) -> None:
    """Fill and measure the node of a folder; print what was found."""
    from comity.node.core.django_setup import use_node
    from comity.node.operations.migrate import migrate

    use_node(folder)
    migrate()
    begun = time.monotonic()
    fill(number)
    say(f"{number} requests in {time.monotonic() - begun:.0f} s")
    print(json.dumps(measure(number)), flush=True)


# ------------------------------------------------------------------ both databases


def measured(
    number: int, database: str = "", *, module: str = "benchmarks.register"
) -> dict[str, list[float]]:
    """Make a node whose register has a size, in a process of its own; return its figures.

    Args:
        number: of its requests.
        database: as ``node.toml`` names it; empty for SQLite.
        module: what fills and measures it, run with the node's folder and the number.
    """
    from comity.demo.world import ASKING, build_world

    folder = FOLDER / f"{module.rpartition('.')[2]}-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    world = build_world(folder, mode="exercise", ports={ASKING: 1}, now=datetime.now(UTC))
    node = world.places[ASKING].config.folder
    settings = node / "node.toml"
    told = settings.read_text("utf-8")
    settings.write_text(told.replace('database = ""\n', f'database = "{database}"\n'), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(node), str(number)],
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def rows_of(name: str, small: dict[str, list[float]], large: dict[str, list[float]]) -> list[Row]:
    """Return the rows of one database."""
    for asked in large:
        told = ", ".join(
            f"{size}: p50 {percentile(some[asked], 50):.1f} "
            f"p99 {percentile(some[asked], 99):.1f} ms"
            for size, some in zip(SIZES, (small, large), strict=True)
        )
        say(f"{name} {asked}: {told}")
    pages = [asked for asked in large if asked.startswith("page")]
    worst = max(pages, key=lambda asked: percentile(large[asked], 99))
    searches = [asked for asked in large if asked.startswith("search")]
    slow = max(searches, key=lambda asked: percentile(large[asked], 99))
    first = percentile(large["page first"], 50)
    return [
        Row(name=f"page-1m-{name}", unit="ms, p99", ours=percentile(large[worst], 99),
            peer=PAGE_MS, peer_name=f"wanted; the dearest page: {worst}"),
        Row(name=f"page-1m-{name}-growth", unit="ms, p50", ours=percentile(large[worst], 50),
            peer=percentile(small[worst], 50), peer_name=f"10,000 requests; wanted {GROWTH}"),
        Row(name=f"page-1m-{name}-iris", unit="ms, p50", ours=first,
            peer=IRIS_MS, peer_name="DFIR-IRIS at 100,000 cases, a tenth of ours"),
        Row(name=f"search-1m-{name}", unit="ms, p99", ours=percentile(large[slow], 99),
            peer=SEARCH_MS, peer_name=f"wanted; the dearest question: {slow}"),
    ]  # fmt: skip


def main() -> None:
    """Measure both databases, one after the other."""
    hand_over(rows_of("sqlite", *(measured(size, "") for size in SIZES)))
    where = binaries()
    if where is None:
        say("PostgreSQL is not installed: nothing of it was measured")
        return
    with started(where, "shared_buffers=512MB", "max_wal_size=8GB") as server:
        found = [measured(size, server.make(f"register{size}")) for size in SIZES]
        hand_over(rows_of("postgresql", *found))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
