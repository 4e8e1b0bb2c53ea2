"""What the console shows of a team: the scenario's texts in the reader's language, and lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.drills import DrillError, Event, Points, Scenario, say
from comity.drills.engine import Delivered, Moved
from comity.node.exercise import codes
from comity.node.exercise.pages.console import labels
from comity.node.exercise.team_status import CLOSED, OVER, Standing
from comity.node.exercise.timeline import Entry
from comity.node.web.labels import DONE, STATE
from comity.node.web.text_format import shown, span, visible


def clock(seconds: int) -> SafeString:
    """Return exercise time as minutes and seconds."""
    minutes, rest = divmod(seconds, 60)
    return format_html('<bdi dir="ltr">{}:{}</bdi>', minutes, f"{rest:02d}")


@dataclass(frozen=True)
class Shown:
    """One line of the board: a team with what its row needs."""

    one: Standing
    state: Any
    tone: str
    code: str
    clock: SafeString
    last: SafeString
    next: SafeString
    members: SafeString
    tasks: list[SafeString]
    needs: list[str]
    quiz: str


def _quiz(one: Standing) -> str:
    """Return how many of a team answered the short test; empty where there is none to tell."""
    if one.quiz is None or not one.members:
        return ""
    told = {"before": one.quiz.before, "after": one.quiz.after, "of": len(one.members)}
    if one.state in {OVER, CLOSED}:
        return _("Test answered: before %(before)d, after %(after)d of %(of)d") % told
    return _("Test answered: %(before)d of %(of)d") % told


@dataclass(frozen=True)
class Line:
    """One line of a team's timeline."""

    clock: SafeString
    who: SafeString
    what: Any
    about: SafeString
    note: str
    tone: str
    of: str


class Told:
    """A scenario's texts in the language of the page, or in English and marked so."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.lang = (get_language() or "en").lower()

    def plain(self, key: str) -> tuple[str, str]:
        """Return a text and its language; the key where the scenario has no text."""
        try:
            return say(self.scenario.plan, self.scenario.texts, key, self.lang)
        except DrillError:
            return key, self.lang

    def text(self, key: str) -> SafeString:
        """Return a text for a page, isolated, its language said if it is not the page's."""
        text, lang = self.plain(key)
        return in_language(text, lang, self.lang)

    def role(self, key: str) -> SafeString:
        """Return what a role is called; all where there is none."""
        return self.text(f"roles.{key}.title") if key else SafeString(_("all roles"))

    def inject(self, key: str) -> SafeString:
        """Return the title of an inject."""
        return self.text(f"injects.{key}.title")

    def thing(self, key: str) -> SafeString:
        """Return what points are for: ``score KEY`` or ``task KEY``."""
        kind, _between, name = key.partition(" ")
        return self.text(f"scores.{name}" if kind == "score" else f"tasks.{name}.ask")

    # ---------------------------------------------------------------- the board

    def row(self, one: Standing) -> Shown:
        """Return a team's line of the board."""
        view = one.view
        return Shown(
            one=one,
            state=labels.STATE[one.state],
            tone=labels.TONE.get(one.state, ""),
            code=codes.spaced(one.team.code),
            clock=clock(view.passed_s) if view else SafeString(""),
            last=self._last(one),
            next=self._next(one),
            members=self._members(one),
            tasks=[self.text(f"tasks.{key}.ask") for key in one.open_tasks],
            needs=[labels.need(need.code, need.number) for need in one.needs],
            quiz=_quiz(one),
        )

    def _members(self, one: Standing) -> SafeString:
        told = ((shown(each.name), self.role(each.role)) for each in one.members)
        return format_html_join(", ", "{} ({})", told)

    def _last(self, one: Standing) -> SafeString:
        if one.view is None:
            return SafeString("")
        found = []
        if one.view.delivered:
            came = one.view.delivered[-1]
            found.append((came.at_s, format_html("{}", self.inject(came.inject))))
        if one.latest:
            event = one.latest.event
            told = format_html("{}: {}", shown(event.by), labels.DID[event.kind])
            found.append((one.latest.at_s, told))
        lines = ((clock(at_s), told) for at_s, told in sorted(found, key=lambda each: -each[0]))
        return format_html_join(SafeString("<br>"), "{} {}", lines)

    def _next(self, one: Standing) -> SafeString:
        if one.view is None or not one.planned:
            return SafeString("")
        coming = one.planned[0]
        left = span(max(coming.at_s - one.view.passed_s, 0))
        return format_html("{} {}", self.inject(coming.inject), _("in %(time)s") % {"time": left})

    # ---------------------------------------------------------------- the timeline

    def lines(self, entries: Iterable[Entry]) -> list[Line]:
        """Return lines of a timeline in the order given."""
        return [self._line(one) for one in entries]

    def _line(self, one: Entry) -> Line:
        if one.came is not None:
            return self._came(one.came)
        if one.moved is not None:
            return self._moved(one.moved)
        if one.event is None:
            raise ValueError("an entry is one of three things")
        return self._did(one.event, one)

    def _came(self, came: Delivered) -> Line:
        inject = self.scenario.plan.injects[came.inject]
        sender = self.text(f"parties.{inject.sender}") if inject.sender else SafeString("")
        return Line(
            clock=clock(came.at_s),
            who=sender,
            what=labels.INJECT[inject.kind],
            about=self.inject(came.inject),
            note=str(labels.CAME_BY[came.by]),
            tone="late" if inject.loss else "",
            of="came",
        )

    def _moved(self, moved: Moved) -> Line:
        return Line(
            clock=clock(moved.at_s),
            who=self.text(f"parties.{moved.party}"),
            what=_("Partner"),
            about=format_html("{}", DONE.get(moved.type, moved.type)),
            note=moved.ground,
            tone="",
            of="moved",
        )

    def _did(self, event: Event, one: Entry) -> Line:
        who = shown(event.by)
        if event.role:
            who = format_html("{} ({})", who, self.role(event.role))
        return Line(
            clock=clock(one.at_s),
            who=who,
            what=labels.DID[event.kind],
            about=self._about(event),
            note=str(labels.RIGHT.get(one.right, "")),
            tone={"yes": "good", "no": "late"}.get(one.right, ""),
            of="steer" if event.is_steer() else "deed",
        )

    def _about(self, event: Event) -> SafeString:
        named, found = event.names, list[Any]()
        if "type" in named:
            found.append(DONE.get(named["type"], visible(named["type"])))
        for name, table in (("to", "parties.{}"), ("inject", "injects.{}.title"),
                            ("task", "tasks.{}.ask"), ("hint", "hints.{}")):  # fmt: skip
            if name in named:
                found.append(self.text(table.format(named[name])))
        if "score" in named:
            found.append(self.thing(named["score"]))
        if event.kind == "speak":
            found.append(format_html("{} {}", _("to"), self.role(named.get("role", ""))))
        found += [
            shown(named[name])
            for name in ("exhibit", "answer", "note", "text", "ground", "points", "reason")
            if named.get(name)
        ]
        if "percent" in named:
            found.append(format_html('<bdi dir="ltr">{} %</bdi>', named["percent"]))
        return format_html_join(" · ", "{}", ((one,) for one in found))

    # ---------------------------------------------------------------- the rest of a team

    def threads(self, one: Standing) -> list[tuple[SafeString, SafeString, Any]]:
        """Return the conversations: both parties, and where each stands."""
        plan, found = self.scenario.plan, one.view.threads if one.view else {}
        return [
            (
                self.text(f"parties.{plan.threads[key].asks}"),
                self.text(f"parties.{plan.threads[key].asked}"),
                STATE.get(str(state["main"]), state["main"]),
            )
            for key, state in found.items()
        ]

    def points(self, one: Points) -> dict[str, Any]:
        """Return one line of points."""
        tone = "good" if one.outcome in labels.GOOD else "late" if one.outcome in labels.BAD else ""
        return {
            "thing": self.thing(one.key),
            "kind": labels.SCORE[one.kind],
            "outcome": labels.OUTCOME[one.outcome],
            "tone": tone,
            "got": one.got,
            "of": one.of,
            "who": one.by,
            "at": clock(one.at_s) if one.at_s is not None else "",
            "due": clock(one.due_s) if one.due_s is not None else "",
            "cite": one.cite,
            "overruled": one.overruled,
        }


def in_language(text: str, lang: str, page: str) -> SafeString:
    """Return a text isolated, marked with its language where it is not the page's."""
    if not lang or lang == page:
        return shown(text)
    direction = "rtl" if lang == "ar" else "ltr"
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, direction, visible(text))
