"""The kinds of value that entries of scenario.toml are made of, and what is said of a wrong one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from comity.canonical import PeerError, parse_party
from comity.instruments.toml import KEY

# The words of the format: kinds of injects, deeds, tasks, scores, and what each may say.


MODES: Final = ("solo", "team", "table-top")
PLAYED: Final = ("team", "partner", "voice")
THREADS: Final = ("script", "character")
PARTY_KINDS: Final = (
    "state", "provider", "bank", "emergency-team", "operator", "police", "prosecution", "ministry",
    "press", "victim",
)  # fmt: skip
INJECT_KINDS: Final = (
    "message", "call", "e-mail", "log-lines", "disk-image", "press-question", "new-victim",
    "lost-link", "partner-refuses", "note",
)  # fmt: skip
TYPED: Final = frozenset({"message", "partner-refuses"})
"""Injects that may be messages of the protocol; they name thread and type."""
SHOWN: Final[Mapping[str, str]] = {"log-lines": "text", "disk-image": "disk"}
"""Injects that show an exhibit, and of which form."""
EXHIBIT_FORMS: Final = ("text", "disk", "mailbox", "capture", "history")
WHEN: Final = ("done", "not-done")
SCORE_KINDS: Final = ("clock", "complete", "decision", "custody", "never")
MINUTES: Final = (10, 24 * 60)


@dataclass(frozen=True)
class Does:
    """One kind of deed: what a player did, or what a scenario asks for.

    Attributes:
        must: names that say what it was done to; without them it is no deed.
        may: further names by which a scenario can narrow it.
        free: names that only an event has, with text of the player's own.
    """

    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    free: tuple[str, ...] = ()


DEEDS: Final[Mapping[str, Does]] = {
    "sent": Does(("type", "to"), ("thread", "ground", "about"), ("fields",)),
    "acknowledged": Does(("inject",)),
    "called": Does(("to",)),
    "told": Does(("to",)),
    "answered": Does(("task",), ("right",), ("answer",)),
    "hint": Does(("hint",)),
    "sealed": Does(("exhibit",), (), ("digest",)),
    "recorded": Does(("inject",), (), ("note",)),
}
"""What players do. ``right`` is found by checking the answer; no event may claim it."""

STEERS: Final[Mapping[str, Does]] = {
    "pause": Does(()),
    "freeze": Does(()),
    "resume": Does(()),
    "pace": Does(("percent",)),
    "inject": Does(("inject",)),
    "withhold": Does(("inject",)),
    "speak": Does((), ("role",), ("text",)),
    "judge": Does(("score", "points", "reason")),
}
"""What the trainer, or an evaluator, does."""

TASK_KINDS: Final[Mapping[str, str]] = {
    "find": "an identifier of the form named, as the exhibit holds it",
    "count": "how many lines of the exhibit hold the text of `counts`",
    "time": "a time with its offset, `2027-03-02T00:00Z`",
    "text": "a word, compared without case, accents' forms and outer spaces",
    "choice": "the key of one of `options`",
    "ground": "the code of a ground of the treaty",
    "measure": "the code of a measure of the treaty",
    "article": "the number of an article of the treaty",
    "seal": "the exhibit is sealed, and its digest is that of the exhibit's bytes",
}


MAX_POINTS: Final = 1000
MAX_TRIES: Final = 10
MAX_ANSWERS: Final = 20
_MAX_KEY: Final = 64
MAX_LIST: Final = 256
_AFTER: Final = ("inject", "trigger")


@dataclass(frozen=True)
class OneOf:
    """Marks a text that is one of some words."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        """Return what pydantic holds the member to."""
        return core_schema.literal_schema(list(self.words))


@dataclass(frozen=True)
class Of:
    """Marks the key of an entry of another kind.

    Attributes:
        table: of the plan, ``injects``.
    """

    table: str


def refusal(code: str, text: str, member: str = "") -> PydanticCustomError:
    """Return why an entry is none: a rule beyond the kinds of its members.

    Args:
        code: of the rule.
        text: English, which begins with the member where it is about one.
        member: beside which a form shows it.
    """
    return PydanticCustomError(code, "{text}", {"text": text, "member": member})


def is_key(text: str) -> bool:
    """Tell whether a text may be the key of an entry."""
    return len(text) <= _MAX_KEY and KEY.fullmatch(text) is not None


def _key(text: str) -> str:
    if not is_key(text):
        raise PydanticCustomError("no-key", "is no key: {shown}", {"shown": ascii(text[:_MAX_KEY])})
    return text


def _once(given: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(given)) != len(given):
        raise PydanticCustomError("twice", "names something twice")
    return given


def _address(text: str) -> str:
    try:
        parse_party(text)
    except PeerError as fault:
        raise PydanticCustomError("address", "is one of a directory: xb/contact-point") from fault
    return text


def _after(text: str) -> str:
    kind, _, key = text.partition(" ")
    if kind not in _AFTER or not is_key(key):
        told = "names what it counts from: inject KEY or trigger KEY"
        raise PydanticCustomError("after", told)
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as fault:
        raise PydanticCustomError("reach", "is out of reach") from fault


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


EachOnce = AfterValidator(_once)
Text = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[Text, AfterValidator(_key)]
Texts = Annotated[tuple[Text, ...], Field(strict=False, max_length=MAX_LIST), EachOnce]
Keys = Annotated[tuple[Key, ...], Field(strict=False, max_length=MAX_LIST), EachOnce]
Cites = Annotated[Texts, Field(min_length=1, max_length=MAX_LIST), BeforeValidator(_one_or_several)]
Whole = Annotated[int, Field(ge=0)]
Points = Annotated[int, Field(ge=1, le=MAX_POINTS)]
Address = Annotated[Text, AfterValidator(_address)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
After = Annotated[str, AfterValidator(_after)]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a scenario asks whether somebody did it.

    Attributes:
        kind: a key of `values.DEEDS`.
        names: what it narrows, of the names that the kind has.
    """

    kind: str
    names: Mapping[str, str]


def _deed(value: object) -> Deed:
    """Return the deed that a table of scenario.toml names."""
    if not isinstance(value, dict):
        raise refusal("deed", "is no table")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in DEEDS:
        raise refusal("deed", f"kind is one of: {', '.join(DEEDS)}")
    known = (*DEEDS[kind].must, *DEEDS[kind].may)
    for name in value:
        if name != "kind" and name not in known:
            raise refusal("deed-foreign", f"unknown member {str(name)[:_MAX_KEY]!a}", str(name))
    for name in known:
        is_there = name in value
        if (is_there or name in DEEDS[kind].must) and not (
            isinstance(value.get(name), str) and value[name]
        ):
            raise refusal("deed-lacks", f"{name} is a text", name)
    if value.get("right", "yes") not in {"yes", "no"}:
        raise refusal("deed", "right is yes or no", "right")
    return Deed(kind=kind, names={name: value[name] for name in known if name in value})


Did = Annotated[Deed, BeforeValidator(_deed)]
