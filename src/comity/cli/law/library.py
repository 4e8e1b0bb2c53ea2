"""What every command of `comity law` needs: its options, the library, reviews, harmless output."""

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, PeerError
from comity.cli.faults import fail, guarded
from comity.cli.frame import frame
from comity.cli.tongues import Tongue, languages, spoken
from comity.files.errors import NotFoundError, translating
from comity.files.instruments import library, read_reviews
from comity.instruments import Instrument, InstrumentError, Library, Rule
from comity.instruments.reviews import MAX_BYTES as MAX_REVIEW_BYTES
from comity.instruments.reviews import Review, Standing, parse_reviewers, weigh
from comity.papers.visible import visible

FOLDER: Final = click.Path(path_type=Path, file_okay=False, exists=True)
FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)


def LANG[F: Callable[..., Any]](command: F) -> F:  # noqa: N802 - stands among the other options
    """Add the options that say in which language the command speaks."""
    lang = click.option(
        "--lang",
        type=Tongue(),
        default=spoken,
        show_default="COMITY_LANG, else the locale's, else en",
        help="Language to speak; what it lacks comes in English, marked.",
    )
    return lang(languages(command))


_REVIEWS = click.option(
    "--reviews",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of signed reviews. Default: `reviews` beside each folder of --instruments.",
)
_TRUST = click.option(
    "--trust", type=FILE, help="List of the reviewers whose word counts; without it, none counts."
)


def law_command[**P, T](command: Callable[P, T]) -> Callable[P, T]:
    """Guard a command, and give it --instruments; law and facts that are malformed are misuse."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> T:
        try:
            return command(*args, **options)
        except PeerError as fault:  # a file or a word of the caller's, and nobody else's
            fault.args = (visible(str(fault)),)
            fail(fault, as_json=bool(options.get("as_json")), status=2)

    own = click.option(
        "--instruments",
        "folders",
        multiple=True,
        type=FOLDER,
        help="Folder of the office's own instruments, laid over the built-in ones. Repeatable.",
    )
    return own(guarded(run))


def reviewed[F: Callable[..., Any]](command: F) -> F:
    """Add the options that say whose reviews count."""
    return _REVIEWS(_TRUST(command))


def now() -> datetime:
    """Return the moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def bounded(path: Path, most_bytes: int) -> bytes:
    """Return a file's bytes, or standard input's for ``-``; one more than allowed at most."""
    if str(path) == "-":
        return sys.stdin.buffer.read(most_bytes + 1)
    with translating(f"reading {path}"), path.open("rb") as file:
        return file.read(most_bytes + 1)


def show_json(value: object) -> None:
    """Print a value as one JSON object, what a terminal would not show or obey escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    click.echo("".join(_escaped(char) for char in text))


def _escaped(char: str) -> str:
    if char == "\n" or visible(char) == char:
        return char
    return json.dumps(char)[1:-1]  # such a character stands inside a string only


# ------------------------------------------------------------------ finding things by their name


def instrument_of(laws: Library, key: str) -> Instrument:
    """Return an instrument.

    Raises:
        MisuseError: there is none of that key; the message lists those there are.
    """
    found = laws.instruments.get(key)
    if found is None:
        known = ", ".join(laws.instruments)
        raise MisuseError(f"no instrument is called {key[:64]!a}; there are: {known}")
    return found


def rule_of(laws: Library, key: str, instrument: str | None = None) -> tuple[Instrument, Rule]:
    """Return a rule and its instrument, by ``R-030`` or ``un-2024/R-030``.

    Raises:
        MisuseError: no rule has that key, or rules of several instruments have.
    """
    before, slash, name = key.rpartition("/")
    where = before if slash else instrument
    chosen = list(laws.instruments.values()) if where is None else [instrument_of(laws, where)]
    found = [(one, one.rules[name]) for one in chosen if name in one.rules]
    if not found:
        raise MisuseError(f"no rule is called {key[:64]!a}; `comity law show` lists them")
    if len(found) > 1:
        several = ", ".join(f"{one.key}/{name}" for one, _ in found)
        raise MisuseError(f"several instruments have that rule; write one of: {several}")
    return found[0]


def title(laws: Library, instrument: Instrument, lang: str) -> str:
    """Return the name that an instrument has among people, or its key."""
    return text(laws, instrument.key, "instrument.title", lang) or instrument.key


def text(laws: Library, instrument: str | None, key: str, lang: str) -> str:
    """Return a text, marked where it is in another language than asked; empty if there is none."""
    try:
        wording = laws.text(instrument, key, lang)
    except InstrumentError:
        return ""
    return wording.text if wording.lang == lang else f"{wording.text} [{wording.lang}]"


def label(laws: Library, fact: str, lang: str) -> str:
    """Return what people call a fact, or its name."""
    return text(laws, None, f"facts.{fact}.label", lang) or fact


# ------------------------------------------------------------------ who read which rule


@dataclass(frozen=True)
class Reviews:
    """What is known of who read the rules.

    Attributes:
        standing: what the reviews amount to.
        trusted: whether a list of reviewers was given; without one nothing counts.
    """

    standing: Standing
    trusted: bool

    @property
    def verified(self) -> frozenset[str]:
        """The digests of the rules that two people confirmed."""
        return self.standing.verified

    def of(self, rule: Rule) -> tuple[Review, ...]:
        """Return the reviews that count for a rule as it stands."""
        return self.standing.confirmed.get(rule.digest, ())

    def told(self, rule: Rule, lang: str) -> str:
        """Return in words whether the rule was read."""
        say, reviews = frame(lang), self.of(rule)
        people = "; ".join(
            f"{visible(one.name)} ({visible(one.function)}), {one.at:%Y-%m-%d}" for one in reviews
        )
        if rule.digest in self.verified:
            return say("say.verified_by", people=people)
        return say("say.read_by", people=people) if reviews else say("say.unread")

    def value(self, rule: Rule) -> dict[str, object]:
        """Return the same as JSON."""
        return {
            "verified": rule.digest in self.verified,
            "reviews": [
                {"at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}", "function": one.function, "name": one.name}
                for one in self.of(rule)
            ],
        }


def reviews_of(
    laws: Library, folders: tuple[Path, ...], reviews: Path | None, trust: Path | None
) -> Reviews:
    """Return what the reviews of a folder, or of those beside own instruments, amount to.

    Raises:
        ReviewError, KeyFormatError: the list of reviewers is none.
        NotFoundError: the folder of reviews that is named is not there.
        StorageError: a file cannot be read.
    """
    if reviews is not None and not reviews.is_dir():
        raise NotFoundError(f"{reviews}: no such folder", path=str(reviews))
    places = [reviews] if reviews else [beside(folder) for folder in folders]
    files: dict[str, bytes] = {}
    for place in places:
        files |= read_reviews(place)
    trusted = () if trust is None else parse_reviewers(bounded(trust, MAX_REVIEW_BYTES))
    return Reviews(weigh(laws, files, trusted, at=now()), trust is not None)


def beside(folder: Path) -> Path:
    """Return where the reviews of an office's folder lie, as a node's setting `law` has it."""
    return folder.resolve().parent / "reviews"


def laws_of(folders: tuple[Path, ...]) -> Library:
    """Return what is shipped, with an office's folders laid over it."""
    return library(*folders)
