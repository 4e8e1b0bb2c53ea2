"""A verdict in words: the sentences of the page, for the command and the papers too.

``js/speech.js`` is its counterpart in the page: both say a verdict in the same sentences.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Protocol

from comity.verifier.tables import OTHERWISE, detail_of, reason_of, words

MOST: Final = 20
"""How many different facts one line tells, and how many items a list shows."""
_HIDDEN: Final = ("C", "Zl", "Zp")
_RTL: Final = frozenset({"R", "AL"})
_REFUSED: Final = "refused:"
_PARTIES: Final = ("exporter", "party")  # what a statement says of others
_NO_PARTIES: Final = frozenset({("log-single", "proved"), ("directory-dated", "attested")})
"""Lines by witnesses and logs: their names are free, and may begin like the code of a State."""
_DIGITS: Final = {"ar": ",", "en": ",", "es": ".", "fr": "\u202f", "ru": "\u00a0", "vi": "."}


class Statement(Protocol):
    """What a party says in a file."""

    @property
    def by(self) -> str:
        """The party."""

    @property
    def say(self) -> str:
        """Name of the sentence."""

    @property
    def facts(self) -> Mapping[str, str | int]:
        """What fills it."""


class Claimed(Protocol):
    """A claim, as far as words need it."""

    @property
    def facts(self) -> Mapping[str, str | int]:
        """What it is about."""


class Line(Protocol):
    """Claims of one kind, one word and the same parties."""

    @property
    def name(self) -> str:
        """The claim's name in the registry."""

    @property
    def word(self) -> str:
        """How sure it is."""

    @property
    def by(self) -> tuple[str, ...]:
        """Whose word it is."""

    @property
    def claims(self) -> Sequence[Claimed]:
        """What it gathers."""


class Told(Protocol):
    """A finding."""

    @property
    def code(self) -> str:
        """Its code."""


class Speech:
    """The words of one language.

    Args:
        lang: one of `comity.verifier.tables.LANGUAGES`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._words = words(lang)
        self._rtl = self.word("dir") == "rtl"

    def word(self, name: str) -> str:
        """Return a text without facts."""
        return str(self._words[name])

    def say(self, name: str, /, **facts: str | int) -> str:
        """Return a sentence with its facts in it; each is shown whole and keeps its direction."""
        return self.word(name).format(**{key: self._shown(fact) for key, fact in facts.items()})

    def joined(self, name: str, parts: Sequence[str]) -> str:
        """Return parts that are made already, with a mark of the language between them."""
        return self._listed(name, parts)

    def line_of(self, name: str, /, **parts: str) -> str:
        """Return a sentence with parts in it that are made already."""
        return self.word(name).format(**parts)

    def fact(self, fact: str | int) -> str:
        """Return a fact as it stands in a sentence: whole, and in its own direction."""
        return self._shown(fact)

    def party(self, code: str) -> str:
        """Return a party or a State by its code, with the State's name beside it if it has one."""
        name = self._words.get(f"land-{code.partition('/')[0]}")
        return (
            self._shown(code)
            if name is None
            else self.line_of("of-land", code=self._shown(code), name=str(name))
        )

    def name_of(self, kind: str, code: str) -> str:
        """Return what a code of the law as data is called; the code where nothing is known."""
        return str(self._words.get(f"{kind}-{code}", self._shown(code)))

    def listed(self, names: Sequence[str]) -> str:
        """Return names with commas between them, at most 20."""
        parts = [self._shown(name) for name in names[:MOST]]
        if len(names) > MOST:
            parts.append(self.say("more", count=len(names) - MOST))
        return self._listed("comma", parts)

    # ------------------------------------------------------------------------------- the verdict

    def verdict(
        self,
        verdict: str,
        *,
        first: tuple[int, Told] | None,
        exporter: str | None,
        trusted: bool,
        unverified: bool = False,
        other_mode: bool = False,
        added: bool = False,
    ) -> str:
        """Return what a verdict means.

        Args:
            verdict: its word.
            first: the first finding, with its step's number.
            exporter: who made the bundle, as it claims.
            trusted: whether there was a trust file.
            unverified: whether that is what failed, for all that is known.
            other_mode: whether it is for exercises and the bundle is not, or the reverse.
            added: whether nothing failed but files that a computer may have added by itself.
        """
        if unverified and other_mode:
            return self.word("other-mode")
        if verdict == "damaged" and first is not None:
            number, finding = first
            why = reason_of(finding.code)
            name = "unlike-text" if unverified else "damaged-text"
            name = "added-only" if added else name
            return self.word(name).format(step=number, reason=self.word(why))
        if verdict == "damaged":
            return self.say("damaged-word", party=exporter or "?")
        if verdict == "unpinned" and not trusted:
            return self.word("unpinned-none")
        return self.word(f"{verdict}-text")

    def lines[L: Line](self, groups: Iterable[L], word: str) -> Iterator[tuple[str, L | None]]:
        """Yield the lines under a word, each with its claims; at most 20 of one kind of claim.

        Args:
            groups: of the whole verdict, in their order.
            word: proved, attested and so on.
        """
        under = (group for group in groups if group.word == word)
        for _, alike in groupby(under, key=lambda group: group.name):
            found = list(alike)
            yield from ((self.line(group), group) for group in found[:MOST])
            if len(found) > MOST:
                yield self.say("more", count=len(found) - MOST), None

    def line(self, group: Line) -> str:
        """Return a line of the verdict: what is claimed, and whose word it is."""
        told = {
            "by": self._by(group),
            "count": self._shown(_count(group)),
            "logs": self.names(tuple(dict.fromkeys(_of(group, "party")))),
            "editions": self._tally(self._shown(one) for one in _of(group, "edition")),
            "reasons": self._tally(self.word(f"reason-{one}") for one in _reasons(group)),
            "outcomes": self._tally(self.outcome(one) for one in _of(group, "outcome")),
            "states": self._tally(self.state(one) for one in _of(group, "main")),
            "times": self._span(_of(group, "time")),
        }
        return self.word(f"claim-{group.name}-{group.word}").format(**told)

    def custody(self, claim: Claimed, word: str, by: Sequence[str]) -> str:
        """Return what happened to an exhibit, when and by whom, and who says so.

        Args:
            claim: of an event of custody.
            word: how sure it is.
            by: whose word it is.
        """
        facts = claim.facts
        roles = [self.word(f"role-{one}") for one in str(facts["roles"]).split()]
        return self.word(f"custody-row-{word}").format(
            number=self._shown(facts["number"]),
            event=self.name_of("event", str(facts["event"])),
            time=self._shown(facts["at"]),
            party=self.party(str(facts["party"])),
            by=self.names(by),
            officer=self._shown(facts["officer"]),
            role=self._listed("comma", roles) if roles else self.word("role-none"),
        )

    def statement(self, one: Statement) -> str:
        """Return what a party says, where statements do not fit together."""
        told = {
            key: self.party(str(fact)) if key in _PARTIES else self._shown(fact)
            for key, fact in one.facts.items()
        }
        if "outcome" in told:
            told["outcome"] = self.outcome(str(one.facts["outcome"]))
        if "main" in told:
            told["main"] = self.state(str(one.facts["main"]))
        return self.word(f"say-{one.say}").format(**{"by": self.party(one.by), **told})

    def outcome(self, outcome: str) -> str:
        """Return what an answer says."""
        name = f"outcome-{outcome}"
        if name in self._words or not outcome.startswith(_REFUSED):
            return str(self._words.get(name, self._shown(outcome)))
        return self.say("outcome-refused", code=outcome.removeprefix(_REFUSED))

    def state(self, state: str) -> str:
        """Return the name of a conversation's state."""
        return str(self._words.get(f"state-{state}", self._shown(state)))

    def detail(self, reason: str) -> str:
        """Return what a check said of a finding; in English where no sentence of ours fits it."""
        name, facts = detail_of(reason)
        told = {key: self._shown(fact) for key, fact in facts.items()}
        if "state" in told:
            told["state"] = self.state(facts["state"])
        if name == OTHERWISE and self.lang == "en":
            return told["note"]
        return self.word(name).format(**told)

    def summary(self, number: int, looked_at: Mapping[str, str | int]) -> str:
        """Return what a step looked at."""
        return self.say(f"summary-{number}", **looked_at)

    def withheld(self, path: str, reason: str, decision: str | None) -> str:
        """Return that a part is withheld, why, and by which decision."""
        if decision is None:
            return self.say("withheld-for", path=path, reason=reason)
        return self.say("withheld-by", path=path, reason=reason, decision=decision)

    # ------------------------------------------------------------------------------------- pieces

    def named(self, name: str, value: str) -> str:
        """Return a name with what it stands for."""
        return self.word("named").format(name=self._shown(name), value=value)

    def names(self, parties: Sequence[str]) -> str:
        """Return parties as the subject of a sentence, each with its State's name beside it."""
        return self._subject([self.party(one) for one in parties[:MOST]], len(parties))

    def head(self, party: str, sequence: int) -> str:
        """Return which message of a party something is about."""
        return self.line_of("head", party=self.party(party), sequence=self._shown(sequence))

    def _by(self, group: Line) -> str:
        """Return whose word a line is; a witness is of the State that the trust file gives it."""
        if (group.name, group.word) not in _NO_PARTIES:
            return self.names(group.by)
        return self._subject([self._shown(one) for one in group.by[:MOST]], len(group.by))

    def _subject(self, found: Sequence[str], count: int) -> str:
        """Return names as the subject of a sentence: one, two, or several."""
        if count > MOST:
            return self._listed("comma", [*found, self.say("more", count=count - MOST)])
        if len(found) < 2:
            return found[0] if found else "?"
        *most, last = found
        return self.word("both").format(one=self._listed("comma", most), other=last)

    def _listed(self, name: str, parts: Sequence[str]) -> str:
        found = parts[0]
        for part in parts[1:]:
            found = self.word(name).format(one=found, other=part)
        return found

    def _tally(self, names: Iterable[str]) -> str:
        """Return names with how many of each, in the order in which they come."""
        counts: dict[str, int] = {}
        for name in names:
            counts[name] = counts.get(name, 0) + 1
        parts = [
            self.word("tally").format(name=name, count=self._shown(count))
            for name, count in list(counts.items())[:MOST]
        ]
        if len(counts) > MOST:
            parts.append(self.say("more", count=len(counts) - MOST))
        return self._listed("semicolon", parts) if parts else ""

    def _span(self, times: Iterable[str]) -> str:
        """Return one moment, or the first and the last."""
        found = sorted(set(times))
        if len(found) > 1:
            return self.say("span", first=found[0], last=found[-1])
        return self._shown(found[0]) if found else ""

    def _shown(self, fact: str | int) -> str:
        """Return a fact with nothing hidden in it, kept apart where either runs leftwards."""
        text = self._number(fact) if isinstance(fact, int) else shown(fact)
        apart = self._rtl or any(unicodedata.bidirectional(char) in _RTL for char in text)
        return f"\u2068{text}\u2069" if apart else text

    def _number(self, number: int) -> str:
        if self.lang == "es" and number < 10_000:  # no mark in four digits (RAE, Ortografia)
            return str(number)
        return f"{number:,}".replace(",", _DIGITS.get(self.lang, ","))


def shown(text: str) -> str:
    """Return text as a person may see it: what would not show, or reorders, is written out."""
    return "".join(
        f"\\u{{{ord(char):x}}}" if unicodedata.category(char).startswith(_HIDDEN) else char
        for char in text
    )


def _reasons(group: Line) -> list[str]:
    """Return why logs were started again; of other claims a reason is a party's own words."""
    return _of(group, "reason") if group.name == "log-epoch" else []


def _count(group: Line) -> int:
    """Return how many things a line is about; one claim stands for all entries nobody shows."""
    if group.name != "log-entry":
        return len(group.claims)
    return sum(int(claim.facts.get("count", 1)) for claim in group.claims)


def _of(group: Line, fact: str) -> list[str]:
    return [str(claim.facts[fact]) for claim in group.claims if fact in claim.facts]
