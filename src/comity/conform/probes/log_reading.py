"""Who reads the node's logs: members by signature, ordinary clients by a token (spec 13.2)."""

from datetime import timedelta
from typing import Any

from comity.canonical import PeerError, parse_time
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, fail_probe, read_json, require
from comity.conform.model import probe
from comity.conform.peer import now
from comity.conform.probes.log import grown, log_path, newest, tile
from comity.conform.wire import Answer
from comity.ledger import Tile, tile_holding

GIVER = "/exchange/v1/log-token"
LONGEST = timedelta(hours=24)
CLOCKS = timedelta(minutes=5)
UNAUTHORIZED = 401


def given(bench: Bench) -> dict[str, Any]:
    """Return a token that the node gives, once a run."""
    kept: dict[str, Any] | None = bench.kept.get("log-token")
    if kept is None:
        value = read_json(bench.peer.ask("POST", GIVER), "a token")
        told = sorted(value) if isinstance(value, dict) else type(value).__name__
        require(told == ["expires_at", "token"], "exactly expires_at and token", str(told))
        kept = bench.kept["log-token"] = value
    return kept


def with_token(bench: Bench, path: str, token: str, method: str = "GET") -> Answer:
    """Ask without a signature, as an ordinary client does."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return bench.peer.wire.ask(method, path, headers=headers)


def refused(answer: Answer) -> None:
    """Demand an error that says that nobody is known here."""
    expect_error(answer)
    require(answer.status == UNAUTHORIZED, f"status {UNAUTHORIZED}", answer.words())


@probe("log.unsigned")
def unsigned(bench: Bench) -> None:
    """Checkpoint, tile and entries, without a signature."""
    size = newest(bench).tree_size
    place = tile_holding(0, 0, size)[0]
    for path in ("checkpoint", place.path, Tile(None, 0, place.width).path):
        refused(with_token(bench, f"{log_path(bench)}/{path}", ""))


@probe("log.token")
def token(bench: Bench) -> None:
    """Checkpoint and tile are those that a member reads."""
    told = given(bench)["token"]
    place = tile_holding(0, 0, newest(bench).tree_size)[0]
    answer = with_token(bench, f"{log_path(bench)}/checkpoint", told)
    require(answer.status == 200, "a checkpoint (status 200)", answer.words())
    answer = with_token(bench, f"{log_path(bench)}/{place.path}", told)
    require(answer.body == tile(bench, place), "the tile that a member gets", answer.words())


@probe("log.token-end")
def token_end(bench: Bench) -> None:
    """By the clock of the kit."""
    text = given(bench)["expires_at"]
    try:
        end = parse_time(text)
    except PeerError:
        fail_probe("a time", repr(text))
    require(now() < end <= now() + LONGEST + CLOCKS, "an end within 24 hours", text)


@probe("log.token-unknown")
def token_unknown(bench: Bench) -> None:
    """One letter of a good one changed, and one of another form."""
    told = given(bench)["token"]
    spoilt = told[:-1] + ("A" if told[-1] != "A" else "B")
    for text in (spoilt, "x", "comity_log_"):
        refused(with_token(bench, f"{log_path(bench)}/checkpoint", text))


@probe("log.token-elsewhere")
def token_elsewhere(bench: Bench) -> None:
    """Reading, asking for another token, a proof."""
    told = given(bench)["token"]
    for method, path in (
        ("GET", "/exchange/v1/epochs"),
        ("GET", "/exchange/v1/outbox?after=0"),
        ("GET", "/exchange/v1/consistency?from=1&to=1"),
        ("POST", GIVER),
    ):
        expect_error(with_token(bench, path, told, method))


@probe("log.tile-stays")
def tile_stays(bench: Bench) -> None:
    """The tile as wide as it was, and its entries."""
    place = tile_holding(0, 0, newest(bench).tree_size)[0]
    entries = Tile(None, place.index, place.width)
    before = tile(bench, place), tile(bench, entries)
    grown(bench)
    require((tile(bench, place), tile(bench, entries)) == before, "the same bytes", "others")
