"""Round tables as pages: what is next and waits, and one table with all that was said at it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.exchange.tables import Minutes
from comity.node.assistance import round_table_files
from comity.node.assistance import round_tables as assistance_round_tables
from comity.node.assistance.round_tables import RoundTable
from comity.node.assistance.topics import topic_named, topics_reviewed
from comity.node.cases import read_audit
from comity.node.cases.queries import Next, thread_of
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import assistance_labels as assistance
from comity.node.web import labels
from comity.node.web import round_table_labels as own
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page

_LINES: Final = 25


@only(Right.ASSISTANCE)
def round_tables(request: HttpRequest) -> HttpResponse:
    """List round tables: what waits, what is next, what is not agreed, what is to be done."""
    at = now()
    circle = circle_of(caller(request), at=at)
    after = request.GET.get("after", "")
    try:
        ended, following = assistance_round_tables.ended(circle, after=after, most=_LINES)
    except PlaceError:
        return redirect("round-tables")
    found, more = assistance_round_tables.open_tables(circle)
    coming = [one for one in found if one.row.main == "called" and not one.table.minutes]
    coming.sort(key=lambda one: (one.begins is None, one.begins or at))
    actions = [(one, action) for one in found for action in one.open_actions]
    actions.sort(key=lambda pair: pair[1].due_by)
    context = {
        "waits": [(one, own.WAITS[wait.what], wait) for one in found for wait in one.waits()],
        "coming": coming,
        "pending": [
            (one, minutes, own.STANDING[minutes.standing], _missing(minutes))
            for one in found
            if one.row.main == "called" and (minutes := one.table.pending)
        ],
        "actions": [(one, action, own.ACTION[action.state]) for one, action in actions],
        "ended": ended,
        "at": at,
        "cut": bool(more),
        **going_on({}, after, following),
    }
    return page(request, "assistance/tables.html", context)


def _missing(minutes: Minutes) -> list[str]:
    silent = [word for word in minutes.words if word.word != "agreed"]
    waited = [word.party for word in silent if word.counts]
    return waited or [word.party for word in silent if not word.word]  # nobody said that it comes


@only(Right.ASSISTANCE)
def round_table(request: HttpRequest, digest: str) -> HttpResponse:
    """Show one round table: agenda, who comes, minutes, actions. The reading is audited."""
    found = _found(request, digest)
    read_audit.note_case(found.row.case, by=caller(request).user.get_username(), way="desk")
    value = round_table_files.told(found)
    told = thread_of(this_service().node, found.row)
    counting = found.table.agreed
    context = {
        "found": found,
        "opening": found.opening,
        "stands": assistance.STANDS[found.stands or "open"]
        if found.row.main != "called" or found.stands
        else labels.STATE["called"],
        "topics": [topic_named(key) for key in value["topics"]],
        "topics_unreviewed": not topics_reviewed(),
        "answers": [(row, own.COMING[row["answer"]]) for row in value["answers"]],
        "waits": [(own.WAITS[one.what], one.due) for one in found.waits()],
        "minutes": [_shown(found, one, counting) for one in reversed(found.table.minutes)],
        "misfits": [(one, own.MISFIT[one.why]) for one in found.table.misfits],
        "moves": list(_moves(told.next, found)),
        "at": now(),
    }
    return page(request, "assistance/table.html", context)


def _shown(found: RoundTable, one: Minutes, counting: Minutes | None) -> dict[str, Any]:
    """Return minutes as the page shows them, each item under its title."""
    agenda = {row["number"]: row["title"] for row in found.opening.get("agenda", ())}
    return {
        "one": one,
        "counts": one is counting,
        "newest": one is found.table.minutes[-1],
        "standing": own.STANDING[one.standing],
        "means": own.STANDING_MEANS[one.standing],
        "items": [(row["number"], agenda.get(row["number"], ""), row["text"]) for row in one.items],
        "words": [
            (word, own.WORD[word.word], found.said.get(word.by, {}).get("note"))
            for word in one.words
        ],
        "actions": [(action, own.ACTION[action.state]) for action in one.actions],
    }


def _moves(following: Iterable[Next], found: RoundTable) -> Iterator[tuple[str, Any, str]]:
    """Yield type, words and the minutes that a message is about, or an empty text.

    Agreed to and objected to are the newest; reported on are the actions of those that count.
    """
    for move in following:
        about = move.about[-1] if move.about else ""
        if move.type == "table.action-reported":
            reported = assistance_round_tables.shown_minutes(found)
            if reported is None or all(one.party != found.us for one in reported.actions):
                continue
            about = reported.by
        yield move.type, labels.DO[move.type], about


@only(Right.ASSISTANCE)
def file(request: HttpRequest, digest: str, form: str) -> HttpResponse:
    """Give the minutes as a file; audited."""
    if form not in round_table_files.FORMS:
        raise Http404
    found = _found(request, digest)
    by = request.user.get_username()
    data = round_table_files.export(found, form, by=by, at=now())
    answer = HttpResponse(data, content_type=round_table_files.FORMS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="minutes.{form}"'
    return answer


def _found(request: HttpRequest, digest: str) -> RoundTable:
    found = assistance_round_tables.one(circle_of(caller(request), at=now()), digest)
    if found is None:
        raise Http404
    return found
