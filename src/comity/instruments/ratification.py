"""What a State still needs on its way to being bound by a treaty, article by article."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from comity.canonical.members import MemberError, members
from comity.instruments.errors import InstrumentError
from comity.instruments.library import read_table
from comity.instruments.model import CONFIDENCES, LANGUAGES, Instrument
from comity.instruments.state_names import Files, StateNames
from comity.instruments.status import TAG

KINDS: Final = ("law", "authority", "notice", "choice")
RECIPIENTS: Final = ("depositary", "secretariat")
PACK_WORDS: Final = (
    "title", "draft", "depositary", "secretariat", "article", "missing", "undecided", "declined",
    "languages", "gaps",
)  # fmt: skip

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CITE = re.compile(r"\d{1,3}(\([0-9a-z]{1,3}\))*")

type _Tables = Mapping[str, Any]
type _Texts = dict[str, dict[str, str]]
type Status = Literal["done", "open", "undecided", "declined", "not-needed"]


class RatificationError(InstrumentError, code="law-ratification"):
    """A list of needs, or its words, cannot be read; fact ``key`` names the item."""


class AnswersError(InstrumentError, code="law-answers"):
    """A State's answers to a list of needs cannot be read; fact ``key`` names the item."""


@dataclass(frozen=True)
class Item:
    """One thing that a State needs, or may choose.

    Attributes:
        key: its name.
        cite: articles.
        kind: one of ``KINDS``.
        confidence: how sure the citation is.
        to: for a notice or a choice, who is told: ``depositary`` or ``secretariat``.
        languages: whether the answer is a list of language tags instead of a text.
        needed: whether a notice has to be given by everybody.
        organizations: only for regional economic integration organizations.
    """

    key: str
    cite: tuple[str, ...]
    kind: str
    confidence: str
    to: str = ""
    languages: bool = False
    needed: bool = True
    organizations: bool = False


@dataclass(frozen=True)
class Ratification:
    """The needs of one treaty, with their texts.

    Attributes:
        items: in the order of the file.
        texts: language -> item key -> what to do.
        pack: language -> word of the notification -> text.
    """

    items: tuple[Item, ...]
    texts: Mapping[str, Mapping[str, str]]
    pack: Mapping[str, Mapping[str, str]]

    def text(self, key: str, lang: str) -> str:
        """Return what to do about an item; in English where the language lacks it."""
        return self.texts.get(lang, {}).get(key) or self.texts["en"][key]

    def word(self, key: str, lang: str) -> str:
        """Return a word of the notification; in English where the language lacks it."""
        return self.pack.get(lang, {}).get(key) or self.pack["en"][key]


@dataclass(frozen=True)
class Answer:
    """What a State says of one item.

    Attributes:
        done: for ``law`` and ``authority``.
        where: the provision or decision that does it; without one nothing counts as done.
        text: for a notice or a choice, what is notified.
        languages: for an item that asks for languages.
        declined: for a choice, or a notice not needed by everybody: none is made.
    """

    done: bool = False
    where: str = ""
    text: str = ""
    languages: tuple[str, ...] = ()
    declined: bool = False


@dataclass(frozen=True)
class Answers:
    """The answers of one State.

    Attributes:
        state: its key.
        organization: whether it is a regional economic integration organization.
        items: by the item's key.
    """

    state: str
    organization: bool
    items: Mapping[str, Answer]


@dataclass(frozen=True)
class Gap:
    """How one item stands.

    Attributes:
        item: the item.
        status: ``open`` and ``undecided`` are still to do.
        answer: what the State said of it.
    """

    item: Item
    status: Status
    answer: Answer

    @property
    def open(self) -> bool:
        """Whether something is still to do."""
        return self.status in {"open", "undecided"}


def gaps(ratification: Ratification, answers: Answers) -> tuple[Gap, ...]:
    """Return how every item stands, in the order of the list.

    An item without an answer is open; a law or an authority counts as done only with the
    provision that does it. Nothing here says that the provision is good enough.
    """
    return tuple(
        Gap(item, _status(item, answer, organization=answers.organization), answer)
        for item in ratification.items
        for answer in [answers.items.get(item.key, Answer())]
    )


def _status(item: Item, answer: Answer, *, organization: bool) -> Status:
    if item.organizations and not organization:
        return "not-needed"
    if item.kind in {"law", "authority"}:
        return "done" if answer.done and answer.where else "open"
    if answer.declined:
        return "declined"
    if answer.languages if item.languages else answer.text:
        return "done"
    return "open" if item.kind == "notice" and item.needed else "undecided"


def ratification_of(library: Files, instrument: Instrument) -> Ratification | None:
    """Return the needs of an instrument, layer after layer, or None if it lists none.

    Raises:
        RatificationError: as ``parse_ratification``.
    """
    folder = instrument.key
    tables = library.tables(f"{folder}/ratification.toml")
    if not tables:
        return None
    words = {lang: library.tables(f"{folder}/ratification/{lang}.toml") for lang in LANGUAGES}
    return parse_ratification(
        tables, words, articles=frozenset(instrument.articles), file=f"{folder}/ratification.toml"
    )


def parse_ratification(
    tables: Sequence[_Tables],
    words: Mapping[str, Sequence[_Tables]],
    *,
    articles: frozenset[str],
    file: str,
) -> Ratification:
    """Return the needs that files list, with their texts; English has to have all of them.

    Args:
        tables: of ratification.toml, one for each layer.
        words: language tag -> the tables of its texts.
        articles: keys of the treaty's articles, one of which every item cites.
        file: name for errors.

    Raises:
        RatificationError: a wrong or unknown member, an article that does not exist, a key twice,
            a text that is missing in English or belongs to no item.

    Source: docs/reference/instruments.md, ratification.toml.
    """
    items: dict[str, Item] = {}
    try:
        for table in tables:
            for value in members(dict(table), {"item": list})["item"]:
                item = _item(value, articles)
                if item.key in items:
                    raise MemberError(f"{item.key} is listed twice")
                items[item.key] = item
        texts, pack = _words(words, frozenset(items))
    except MemberError as fault:
        raise RatificationError(f"{file}: {fault}", file=file) from fault
    return Ratification(tuple(items.values()), texts, pack)


def parse_answers(raw: bytes, ratification: Ratification) -> Answers:
    """Return a State's answers: ``state``, ``organization`` and a table ``items.<key>`` each.

    Raises:
        LawFileError: no TOML in UTF-8, or too large.
        LawTextError: a text too long, or with an unseen character.
        AnswersError: an item that the list does not have, a member that does not belong
            to an item of its kind, or a needed notice that is declined.

    Source: docs/reference/instruments.md, Answers of a State.
    """
    known = {item.key: item for item in ratification.items}
    key = "state"
    tables = read_table("answers.toml", raw)
    try:
        tree = members(dict(tables), {"state": str}, frozenset({"organization", "items"}))
        if not re.fullmatch(r"[a-z]{2}", tree["state"]):
            raise MemberError("state is not two lower-case letters")
        found: dict[str, Answer] = {}
        for key, value in _kind(tree, "items", dict, {}).items():
            if key not in known:
                raise MemberError(f"{key} is no item of this treaty")
            found[key] = _answer(known[key], value)
        return Answers(tree["state"], _kind(tree, "organization", bool, False), found)
    except MemberError as fault:
        raise AnswersError(f"{key}: {fault}", key=key) from fault


def _kind[Found](table: Mapping[str, Any], name: str, kind: type[Found], default: Found) -> Found:
    found = table.get(name, default)
    if not isinstance(found, kind):
        raise MemberError(f"member {name} is of the wrong kind")
    return found


def _line(table: Mapping[str, Any], name: str) -> str:
    found = _kind(table, name, str, "")
    if name in table and not found.strip():
        raise MemberError(f"{name} is empty")
    return found.strip()


def _listed(table: Mapping[str, Any], name: str, form: re.Pattern[str]) -> tuple[str, ...]:
    found = _kind(table, name, list, [])
    if (name in table and not found) or not all(
        isinstance(item, str) and form.fullmatch(item) for item in found
    ):
        raise MemberError(f"{name} is empty or holds a wrong value")
    return tuple(found)


def _item(value: object, articles: frozenset[str]) -> Item:
    table = members(
        value,
        {"key": str, "cite": list, "kind": str, "confidence": str},
        frozenset({"to", "answer", "needed", "who"}),
    )
    key, kind = table["key"], table["kind"]
    cite = _listed(table, "cite", _CITE)
    told = kind in {"notice", "choice"}
    allowed = (
        (key, _KEY.fullmatch(key)),
        ("kind", kind in KINDS),
        ("confidence", table["confidence"] in CONFIDENCES),
        ("to", table.get("to") in RECIPIENTS if told else "to" not in table),
        ("answer", table.get("answer") in {"text", "languages"} if told else "answer" not in table),
        ("needed", kind == "notice" or "needed" not in table),
        ("who", table.get("who", "organizations") == "organizations"),
        ("cite", all(place.partition("(")[0] in articles for place in cite)),
    )
    for name, right in allowed:
        if not right:
            raise MemberError(f"{key}: {name} is wrong")
    return Item(
        key=key,
        cite=cite,
        kind=kind,
        confidence=table["confidence"],
        to=table.get("to", ""),
        languages=table.get("answer") == "languages",
        needed=_kind(table, "needed", bool, True),
        organizations="who" in table,
    )


def _answer(item: Item, value: object) -> Answer:
    optional = item.kind == "choice" or not item.needed
    if item.kind in {"law", "authority"}:
        allowed = {"done", "where"}
    else:
        allowed = {"languages" if item.languages else "text"} | (
            {"declined"} if optional else set()
        )
    table = members(value, {}, frozenset(allowed))
    answer = Answer(
        done=_kind(table, "done", bool, False),
        where=_line(table, "where"),
        text=_line(table, "text"),
        languages=_listed(table, "languages", TAG),
        declined=_kind(table, "declined", bool, False),
    )
    if answer.declined and answer.text:
        raise MemberError("a text that is declined")
    return answer


def _words(words: Mapping[str, Sequence[_Tables]], keys: frozenset[str]) -> tuple[_Texts, _Texts]:
    texts: _Texts = {lang: {} for lang in words}
    pack: _Texts = {lang: {} for lang in words}
    for lang, tables in words.items():
        for table in tables:
            tree = members(dict(table), {"reviewed_by": str}, frozenset({"items", "pack"}))
            for name, allowed, into in (
                ("items", keys, texts),
                ("pack", frozenset(PACK_WORDS), pack),
            ):
                given = _kind(tree, name, dict, {})
                if unknown := set(given) - allowed:
                    raise MemberError(f"{lang}: {min(unknown)} belongs to nothing")
                into[lang] |= {key: _line(given, key) for key in given}
    for known, wanted in ((texts, keys), (pack, frozenset(PACK_WORDS))):
        if missing := wanted - set(known.get("en", {})):
            raise MemberError(f"en: {min(missing)} has no text")
    return texts, pack


# The draft of what a State tells the depositary and the secretariat when it joins a treaty.


@dataclass(frozen=True)
class Entry:
    """One notice or choice in the draft.

    Attributes:
        key: of the item.
        to: ``depositary`` or ``secretariat``.
        cite: articles.
        status: ``done``, ``declined``, ``open`` or ``undecided``.
        text: what is notified; given only where it is ``done``.
        languages: tags, for an item that asks for languages.
    """

    key: str
    to: str
    cite: tuple[str, ...]
    status: str
    text: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """A draft of the notifications; always a draft, whatever is in it.

    Attributes:
        instrument: key of the treaty.
        state: key of the State.
        entries: in the order of the list of needs.
    """

    instrument: str
    state: str
    entries: tuple[Entry, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the notices that have to be given and are not."""
        return tuple(entry.key for entry in self.entries if entry.status == "open")

    @property
    def undecided(self) -> tuple[str, ...]:
        """Keys of the choices that nobody has made."""
        return tuple(entry.key for entry in self.entries if entry.status == "undecided")

    def value(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "draft": True,
            "instrument": self.instrument,
            "state": self.state,
            "missing": list(self.missing),
            "undecided": list(self.undecided),
            "entries": [
                {
                    "key": entry.key,
                    "to": entry.to,
                    "cite": list(entry.cite),
                    "status": entry.status,
                    "text": entry.text,
                    "languages": list(entry.languages),
                }
                for entry in self.entries
            ],
        }


def notification_pack(instrument: str, ratification: Ratification, answers: Answers) -> Pack:
    """Return the draft that a State's answers lead to.

    Args:
        instrument: key of the treaty.
        ratification: its needs.
        answers: of the State.

    Returns:
        A draft. Domestic laws and authorities that are open do not stand in it: see ``gaps``.

    Source: un-2024 Articles 17(2)(d), 37, 40(12)-(13), 41(2), 50(5), 53(7), 63(3) and 64.
    """
    told = [gap for gap in gaps(ratification, answers) if gap.item.to and _applies(gap)]
    return Pack(
        instrument,
        answers.state,
        tuple(
            Entry(
                key=gap.item.key,
                to=gap.item.to,
                cite=gap.item.cite,
                status=gap.status,
                text=gap.answer.text,
                languages=gap.answer.languages,
            )
            for gap in told
        ),
    )


def _applies(gap: Gap) -> bool:
    return gap.status != "not-needed"


def pack_text(pack: Pack, ratification: Ratification, names: StateNames, lang: str) -> str:
    """Return the draft as plain text in one language; its first and its last line say draft."""

    def word(key: str) -> str:
        return ratification.word(key, lang)

    lines = [word("draft"), "", word("title"), names(pack.state, lang), ""]
    for to in RECIPIENTS:
        entries = [entry for entry in pack.entries if entry.to == to]
        if not entries:
            continue
        lines += [word(to), ""]
        for entry in entries:
            lines.append(f"{word('article')} {', '.join(entry.cite)}")
            lines += [f"    {line}" for line in _said(entry, word("languages")).splitlines()]
            if entry.status != "done":
                state = {"open": "missing"}.get(entry.status, entry.status)
                lines.append(f"    [{word(state)}] {ratification.text(entry.key, lang)}")
            lines.append("")
    if pack.missing:
        lines += [word("gaps") + ":"]
        lines += [f"  - {ratification.text(key, lang)}" for key in pack.missing]
        lines.append("")
    return "\n".join([*lines, word("draft"), ""])


def _said(entry: Entry, accepted: str) -> str:
    if entry.languages:
        return f"{accepted}: {', '.join(entry.languages)}"
    return entry.text
