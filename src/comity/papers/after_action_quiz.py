"""What an after-action report tells of its short test: who knew what, before and after."""

from comity.papers.after_action_text import CODE, Cell, Part, Teller
from comity.papers.short_test import ShortTest
from comity.training.asking import Item
from comity.training.knowing import MOMENTS, Figures, Group, Knew, Known


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
