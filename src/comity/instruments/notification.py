"""The draft of what a State tells the depositary and the secretariat when it joins a treaty."""

from dataclasses import dataclass

from comity.instruments.ratification import RECIPIENTS, Answers, Gap, Ratification, gaps
from comity.instruments.state_names import StateNames


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
