"""The register with 10,000 and with 1,000,000 requests: a page of it, and searches in it.

Each size lies once in SQLite and once in PostgreSQL. A page is asked of Django in this process, with
all its middleware, and comes as the bytes that a browser gets; the network is left out. Making the
register is not measured. One database is measured in a process of its own.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any, Final

from benchmarks.evidence import FOLDER
from benchmarks.postgresql import binaries, started
from benchmarks.rows import Row, hand_over, percentile, say

SIZES: Final = (2_000, 10_000)
ROUNDS: Final = 200
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
WORDS: Final = ("account", "mailbox", "payment", "fraud", "phishing", "invoice", "server", "wallet",
                "address", "message", "ransom", "hospital", "school", "bank", "transfer", "number")  # fmt: skip
_AT_ONCE: Final = 2_000
_END: Final = datetime(2026, 11, 27, tzinfo=UTC)


# ------------------------------------------------------------------ a register


def requests(number: int) -> Iterator[tuple[Any, Any, str]]:
    """Yield conversations, each with its message and what that says, the oldest first."""
    from comity.node.models import Conversation, MessageRow

    draw = random.Random(2026)
    step = timedelta(days=730) / number
    for count in range(number):
        at = _END - timedelta(days=730) + count * step
        digest, partner = f"sha256:{count:064x}", f"{draw.choice(PARTIES)}/contact-point"
        open_ = draw.random() < 0.02
        thread = Conversation(
            digest=digest,
            opener=partner,
            members=sorted(("vn/contact-point", partner)),
            type="request.submitted",
            measure=draw.choice(("preservation", "stored-data", "traffic-data")),
            reference=f"{partner[:2].upper()}-{at.year}-{count:07d}",
            case=f"{at.year}-{count:07d}",
            main="submitted" if open_ else draw.choice(("executed", "refused", "closed")),
            opened_at=at,
            moved_at=at + timedelta(days=draw.randrange(90)),
            due_at=_END + timedelta(hours=draw.randrange(2_000)) if open_ else None,
        )
        person = f"{draw.choice(FAMILY)} {draw.choice(GIVEN)}"
        mail = f"user{count}@mail{draw.randrange(500)}.example"
        some = " ".join(draw.choices(WORDS, k=12))
        said = f"{person} {mail} +84 90 {draw.randrange(100, 999)} {count:07d} {some}"
        message = MessageRow(
            record=f"sha256:{count + (1 << 200):064x}",
            content=digest,
            conversation=digest,
            author=partner,
            message_id=f"018f0000-0000-7000-8000-{count:012x}",
            sequence=1,
            type="request.submitted",
            outgoing=False,
            jws=b"",
            sent_at=at,
            recorded_at=at,
            standing="applied",
            outcome="applied",
            epoch=1,
            index=count,
            tree_size=count + 1,
        )
        yield thread, message, said


def fill(number: int) -> None:
    """Write a register straight into the tables, with its index of words."""
    from django.db import connection, transaction

    from comity.node import rows
    from comity.node.models import SearchDocument
    from comity.node.search import engine
    from comity.node.search.index import first_id
    from comity.node.search.rebuilding import make_if_needed
    from comity.node.search.texts import of_case, of_message

    make_if_needed(lambda _done, _total: None)
    place, second = 0, 0
    for some in batched(requests(number), _AT_ONCE, strict=False):
        made, words = [], []
        for thread, message, said in some:
            for one in (of_case([thread]), of_message(message, thread, [said])):
                first = first_id(one.at)
                place = place + 1 if first == second else 0
                second = first
                made.append(
                    SearchDocument(
                        id=first + place,
                        kind=one.kind,
                        subject=one.subject,
                        case=one.case,
                        due_at=one.due_at,
                    )
                )
                words.append((first + place, one.words))
        with transaction.atomic():
            rows.insert(*(thread for thread, _, _ in some))
            rows.insert(*(message for _, message, _ in some))
            rows.insert(*made)
            engine.put(words)
    engine.tidy()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE node_conversation")


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
    """Return milliseconds of each question, a round after the other."""
    from django.test import Client

    client, found = signed_in(Client(headers={"host": "localhost"})), dict[str, list[float]]()
    draw, asked = random.Random(7), questions(number)
    for round_ in range(-3, ROUNDS):  # three to warm up
        for name, make in asked.items():
            path = make(draw)
            begun = time.perf_counter()
            answer = client.get(path)
            spent = 1000 * (time.perf_counter() - begun)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if round_ >= 0:
                found.setdefault(name, []).append(spent)
    return found


def signed_in(client: Any) -> Any:
    """Let a client be a case officer's."""
    from comity.node import people
    from comity.node.models import Officer
    from comity.node.signin.sessions import PASSKEY, SIGNED

    at = datetime.now(UTC)
    password = "a long phrase for measuring"  # noqa: S105 - of a register that is thrown away
    people.add_person(name="case", role="case", password=password, at=at, by="operator",
                      identifier="officer-case")  # fmt: skip
    client.force_login(Officer.objects.get(identifier="officer-case").user)
    session, stamp = client.session, at.timestamp()
    session[SIGNED] = {"at": stamp, "seen": stamp, "role": "case", "way": PASSKEY, "client": ""}
    session.save()
    return client


def one(folder: Path, number: int) -> None:
    """Fill and measure the node of a folder; print what was found."""
    from comity.node.migrating import migrate
    from comity.node.setup import use_node

    use_node(folder)
    migrate()
    begun = time.monotonic()
    fill(number)
    say(f"{number} requests in {time.monotonic() - begun:.0f} s")
    if os.geteuid() == 0:
        os.nice(-15)  # other work on the machine is not what is measured
    print(json.dumps(measure(number)), flush=True)


# ------------------------------------------------------------------ both databases


def measured(number: int, database: str) -> dict[str, list[float]]:
    """Make a node whose register has a size, in a process of its own; return its figures."""
    from comity.demo.world import ASKING, build_world

    folder = FOLDER / f"register-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    world = build_world(folder, mode="exercise", ports={ASKING: 1}, now=datetime.now(UTC))
    node = world.places[ASKING].config.folder
    settings = node / "node.toml"
    told = settings.read_text("utf-8")
    settings.write_text(told.replace('database = ""\n', f'database = "{database}"\n'), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.register", str(node), str(number)],
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
            f"{size}: p50 {percentile(some[asked], 50):.1f} p99 {percentile(some[asked], 99):.1f} ms"
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
