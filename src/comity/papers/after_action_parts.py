"""The parts of an after-action report after its first page, in the order in which they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from comity.drills import Outline, Points, outline
from comity.drills.report import Row, Wrong
from comity.drills.scoring import SEVERAL
from comity.papers.after_action_text import (
    ANYBODYS,
    CODE,
    NOTHING,
    TIMING,
    Cell,
    Lesson,
    Part,
    ShortTest,
    Teller,
    clock,
    typed,
    why_key,
)
from comity.papers.words import shown_time
from comity.training.asking import Item
from comity.training.knowing import MOMENTS, Figures, Group, Knew, Known

# What an after-action report tells of its short test: who knew what, before and after.


def quiz_parts(tell: Teller) -> tuple[Part, ...]:
    """Return the parts of a report that tell of its short test; none where nobody was asked."""
    told = tell.told_of.test
    if told is None:
        return ()
    if told.figures is None:
        return (Part(key="test", title=tell("test"), notes=(tell("test_waits"),)),)
    groups, answered = told.figures.groups, False
    for one in groups:
        answered |= any((found := one.at(at)) is None or found.people for at in MOMENTS)
    if not answered:
        notes = (tell("test_note"), tell("test_nobody"))
        return (Part(key="test", title=tell("test"), notes=notes),)
    return (_groups(tell, groups), _questions(tell, told, told.figures))


def _groups(tell: Teller, groups: tuple[Group, ...]) -> Part:
    notes = [tell("test_note")]
    if any(one.at(at) is None for one in groups for at in MOMENTS):
        notes.append(tell("test_few"))
    return Part(
        key="test",
        title=tell("test"),
        notes=tuple(notes),
        head=tell.head("who_knew", "people", "test_before", "test_after"),
        widths=(4, 2, 5, 5),
        rows=tuple(
            (
                tell.role(one.role) if one.role else Cell(tell("whole_team")),
                Cell(str(one.people)),
                *(Cell(_knew(tell, one.at(at))) for at in MOMENTS),
            )
            for one in groups
        ),
    )


def _knew(tell: Teller, found: Knew | None) -> str:
    if found is None:
        return tell("few")
    if not found.people:
        return tell("test_nobody_here")
    return tell("knew", people=found.people, right=found.right, of=found.of)


def _questions(tell: Teller, told: ShortTest, found: Figures) -> Part:
    mine = told.yours
    head = ["question", "article", "test_before", "test_after"]
    widths = [12, 3, 3, 3]
    if mine is not None:
        head += ["you_before", "you_after"]
        widths += [3, 3]
    rows = []
    for one in found.questions:
        item = told.item(one.question)
        cites = tuple(cite.rpartition(":")[2] for cite in item.cites) if item else ()
        cells = [_question(tell, one, item), tell.cited(cites)]
        cells += [Cell(_of(tell, pair)) for pair in (one.before, one.after)]
        if mine is not None:
            cells += [Cell(_mark(tell, mine.at(at).get(one.question))) for at in MOMENTS]
        rows.append(tuple(cells))
    return Part(
        key="test-questions",
        title=tell("test_questions"),
        head=tell.head(*head),
        widths=tuple(widths),
        rows=tuple(rows),
    )


def _question(tell: Teller, one: Known, item: Item | None) -> Cell:
    if item is None:
        return Cell(one.question, CODE)
    lang = item.language(tell.told.lang)
    right, why = item.right(lang), item.why(lang)
    if not item.question.answers:  # the reason for a choice says itself that it is right
        right = tuple(tell("right_is", answer=text) for text in right)
    pairs = [line for pair in zip(right, why, strict=True) for line in pair]
    return Cell("\n".join((item.text(lang).text, *pairs)), lang)


def _of(tell: Teller, pair: tuple[int, int] | None) -> str:
    if pair is None:
        return tell("few")
    return tell("out_of", value=pair[0], of=pair[1])


def _mark(tell: Teller, right: bool | None) -> str:  # noqa: FBT001 - a mark, or none
    if right is None:
        return tell("unanswered")
    return tell("outcomes.right" if right else "outcomes.wrong")


_NONE = Cell(NOTHING)
_NOT_SENT = frozenset({"not-due", "not-done", "open"})  # nothing of such a message was missing
_MOST_CHARS = 80  # of a type of message, as somebody typed it


def parts(tell: Teller) -> tuple[Part, ...]:
    """Return what stands after the first page.

    Below the last stands a mark where wording of the law is told that nobody reviewed.
    """
    listed = [
        _yours(tell) if tell.told_of.viewer else None,
        _timeline(tell),
        _late(tell),
        _told(tell),
        _lost(tell),
        _wrong(tell),
        _points(tell),
        _roles(tell),
        _persons(tell) if tell.told_of.named else None,
        *quiz_parts(tell),
        _hints(tell),
        _overruled(tell),
        _debrief(tell),
        _lessons(tell),
        _compared(tell, tell.told_of.earlier) if tell.told_of.earlier is not None else None,
    ]
    found = [one for one in listed if one is not None]
    if tell.unreviewed:
        found[-1] = replace(found[-1], notes=(*found[-1].notes, tell.told("common.law_unread")))
    return tuple(found)


# ------------------------------------------------------------------ what was done


def _timeline(tell: Teller) -> Part:
    notes = [tell("timeline_note", treaty=tell.treaty())]
    if not tell.told_of.named:
        notes.append(tell("nameless"))
    return Part(
        key="timeline",
        title=tell("timeline"),
        notes=tuple(notes),
        head=tell.head("step", "article", *TIMING, "who"),
        widths=(9, 3, 3, 3, 4, 4),
        rows=tuple(_row(tell, one) for one in tell.report.timeline),
    )


def _row(tell: Teller, one: Row) -> tuple[Cell, ...]:
    return (
        tell.text(f"good.{one.key}"),
        tell.cited(one.cite),
        *tell.timing(one.ideal_s, one.done_s, one.outcome),
        tell.who(one.by, one.role) if one.done_s is not None else _NONE,
    )


def _late(tell: Teller) -> Part:
    met = any(one.kind == "clock" and one.outcome == "in-time" for one in tell.report.board.points)
    return Part(
        key="late",
        title=tell("late"),
        notes=() if tell.report.late else (tell("late_none" if met else "late_not_due"),),
        head=tell.head("what", "article", *TIMING, "who"),
        widths=(10, 3, 3, 3, 4, 4),
        rows=tuple(
            (
                tell.text(why_key(one.key)),
                tell.cited(one.cite),
                *tell.timing(one.due_s, one.at_s, one.outcome),
                tell.who(one.by, one.role),
            )
            for one in tell.report.late
        ),
    )


def _told(tell: Teller) -> Part:
    rows = []
    for one in tell.report.told:
        due, done, outcome = tell.timing(one.ideal_s, one.at_s, one.outcome)
        if one.at_s is None and one.heard_s is not None:
            way = tell(f"ways.{one.heard_how}")
            missing, at = outcome.text, clock(one.heard_s)
            outcome = Cell(tell("not_done_but", missing=missing, way=way, at=at))
        rows.append(
            (
                tell.text(f"parties.{one.party}"),
                tell.text(f"good.{one.key}"),
                Cell(tell(f"ways.{one.how}")),
                due,
                done,
                outcome,
            )
        )
    return Part(
        key="told",
        title=tell("told"),
        head=tell.head("party", "of_what", "how", *TIMING),
        widths=(6, 7, 4, 3, 3, 4),
        rows=tuple(rows),
    )


def _lost(tell: Teller) -> Part:
    return Part(
        key="lost",
        title=tell("lost"),
        notes=() if tell.report.lost else (tell("lost_none"),),
        head=tell.head("what", "when"),
        widths=(8, 2),
        rows=tuple(
            (tell.text(f"injects.{key}.title"), Cell(clock(at_s))) for key, at_s in tell.report.lost
        ),
    )


def _wrong(tell: Teller) -> Part:
    return Part(
        key="wrong",
        title=tell("wrong"),
        notes=() if tell.report.wrong else (tell("wrong_none"),),
        head=tell.head("what", "article", "when", "who"),
        widths=(12, 3, 2, 4),
        rows=tuple(
            (
                _wrongly(tell, one),
                tell.cited(one.cite),
                Cell(clock(one.at_s)),
                tell.who(one.by, one.role),
            )
            for one in tell.report.wrong
        ),
    )


def _wrongly(tell: Teller, one: Wrong) -> Cell:
    if one.key.startswith("score "):
        return tell.text(why_key(one.key))
    return Cell(tell("illegal", what=typed(tell.kind_of_message(one.what)[:_MOST_CHARS])))


# ------------------------------------------------------------------ points


def _points(tell: Teller) -> Part:
    return Part(
        key="points",
        title=tell("points"),
        notes=(tell("points_note"),),
        head=tell.head("what", "article", *TIMING, "who", "got"),
        widths=(9, 3, 3, 3, 4, 4, 3),
        rows=tuple(_line(tell, one) for one in tell.report.board.points),
    )


def _yours(tell: Teller) -> Part:
    mine = [one for one in tell.report.board.points if one.by == tell.told_of.viewer]
    return Part(
        key="yours",
        title=tell("yours"),
        notes=() if mine else (tell("yours_none"),),
        head=tell.head("what", "article", *TIMING, "got"),
        widths=(10, 3, 3, 3, 4, 3),
        rows=tuple((*cells[:5], cells[6]) for cells in (_line(tell, one) for one in mine)),
    )


def _line(tell: Teller, one: Points) -> tuple[Cell, ...]:
    more = []
    if one.missing and one.outcome not in _NOT_SENT:
        more.append(
            tell("missing", names=tell.listed(typed(tell.field(name)) for name in one.missing))
        )
    if one.hints:
        more.append(tell("hint_cost", points=one.hints))
    why = tell.text(why_key(one.key))
    return (
        Cell("\n".join((why.text, *more)), why.lang),
        tell.cited(one.cite),
        *tell.timing(one.due_s, one.at_s, one.outcome),
        tell.who(one.by, one.role),
        Cell(tell.out_of(one.got, one.of)),
    )


def _roles(tell: Teller) -> Part:
    board = tell.report.board
    sums = [(_role(tell, role), pair) for role, pair in board.by_role.items()]
    sums.append((Cell(tell("whole_team")), (board.got, board.of)))
    return Part(
        key="roles",
        title=tell("views"),
        notes=(tell("views_note", several=tell("several_roles")),),
        head=tell.head("role", "got"),
        widths=(3, 1),
        rows=tuple((name, Cell(tell.out_of(got, of))) for name, (got, of) in sums),
    )


def _role(tell: Teller, key: str) -> Cell:
    return Cell(tell("several_roles")) if key == SEVERAL else tell.role(key)


def _persons(tell: Teller) -> Part | None:
    persons = tell.report.board.by_person
    if not persons:
        return None
    return Part(
        key="persons",
        title=tell("persons"),
        head=tell.head("person", "got"),
        widths=(3, 1),
        rows=tuple((Cell(name, ANYBODYS), Cell(tell.number(got))) for name, got in persons.items()),
    )


def _hints(tell: Teller) -> Part:
    taken = tell.report.hints
    return Part(
        key="hints",
        title=tell("hints"),
        notes=() if taken else (tell("hints_none"),),
        head=tell.head("hint", "cost"),
        widths=(6, 1),
        rows=tuple(
            (tell.text(f"hints.{key}"), Cell(str(tell.plan.hints[key].cost))) for key in taken
        ),
    )


def _overruled(tell: Teller) -> Part:
    changed = [(one, one.overruled) for one in tell.report.board.points if one.overruled]
    return Part(
        key="overruled",
        title=tell("overruled"),
        notes=() if changed else (tell("overruled_none"),),
        head=tell.head("what", "machine", "evaluator", "reason", "who"),
        widths=(8, 3, 3, 8, 3),
        rows=tuple(
            (
                tell.text(why_key(one.key)),
                Cell(tell.number(word.was)),
                Cell(tell.number(one.got)),
                Cell(word.reason, ANYBODYS),
                Cell(word.by, ANYBODYS),
            )
            for one, word in changed
        ),
    )


# ------------------------------------------------------------------ afterwards


def _debrief(tell: Teller) -> Part | None:
    if not tell.report.debrief:
        return None
    return Part(
        key="debrief",
        title=tell("debrief"),
        items=tuple(tell.text(f"debrief.{key}") for key in tell.report.debrief),
    )


def _lessons(tell: Teller) -> Part:
    lessons = tell.told_of.lessons
    return Part(
        key="lessons",
        title=tell("lessons"),
        notes=() if lessons else (tell("lessons_none"),),
        head=tell.head("lesson", "owner", "due", "state"),
        widths=(10, 4, 3, 2),
        rows=tuple(
            (
                Cell(one.text, ANYBODYS),
                Cell(one.owner, ANYBODYS),
                Cell(one.due.isoformat()),
                Cell(lesson_state(tell, one)),
            )
            for one in lessons
        ),
    )


def lesson_state(tell: Teller, one: Lesson) -> str:
    """Return how a lesson stands, and that it was corrected."""
    state = tell("closed" if one.done else "open")
    if one.withdrawn_on is not None:
        state = tell("withdrawn", day=tell.apart(one.withdrawn_on.isoformat()))
    if one.corrected_on is not None:
        day = tell.apart(one.corrected_on.isoformat())
        state = tell("corrected", state=state, day=day)
    return state


def _compared(tell: Teller, earlier: Sequence[Outline]) -> Part:
    this = outline(tell.report)
    if not earlier:
        return Part(key="compared", title=tell("compared"), notes=(tell("compared_none"),))
    head, widths, rows = side_by_side(tell, (this, *earlier), this=this)
    return Part(
        key="compared",
        title=tell("compared"),
        notes=(tell("compared_note"),),
        head=head,
        widths=widths,
        rows=rows,
    )


def side_by_side(
    tell: Teller, runs: Iterable[Outline], *, this: Outline
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[tuple[Cell, ...], ...]]:
    """Return a table of runs, with which edition each is of, beside one."""
    head = tell.head(
        "team", "began", "edition", "got", "steps_in_time", "late_count", "lost_count",
        "wrong_count", "untold_count", "hints_count",
    )  # fmt: skip
    return (
        head,
        (4, 4, 3, 3, 3, 2, 2, 2, 2, 2),
        tuple(
            (
                Cell(one.team, ANYBODYS),
                Cell(shown_time(one.started_at)),
                Cell(_edition(tell, one, this)),
                Cell(tell.out_of(one.got, one.of)),
                Cell(tell.out_of(one.in_time, one.steps)),
                *(
                    Cell(str(count))
                    for count in (one.late, one.lost, one.wrong, one.untold, one.hints)
                ),
            )
            for one in runs
        ),
    )


def _edition(tell: Teller, one: Outline, this: Outline) -> str:
    if one is this:
        return tell("this_run")
    return tell("same_edition" if one.edition == this.edition else "other_edition")
