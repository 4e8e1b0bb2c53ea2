"""Exhibits of a scenario: uploaded, written, or made from its story, and what players get."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from comity.drills import DrillError, read_scenario
from comity.drills.exhibit_editing import alone_with, without_exhibit
from comity.drills.exhibits import (
    exhibit_bytes,
    exhibit_digest,
    exhibit_name,
    exhibit_text,
    kind_of,
)
from comity.drills.making import traces
from comity.node.core.formats import comma
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import shown
from comity.node.exercise.pages.scenario.entry_form import EntryForm
from comity.node.exercise.pages.scenario.exhibit_forms import FilesForm, MadeForm
from comity.node.exercise.pages.scenario.form_context import Opened, found, mendable, opened
from comity.node.exercise.pages.scenario.save_entry import (
    EntryPage,
    Removal,
    entry_page,
    remove_page,
)
from comity.node.people.permissions import Right
from comity.node.web.permissions import no_longer_than, only

MAX_FORM_BYTES: Final = 16 * 1024 * 1024
"""A file that is too large for an exhibit is named beside its field; beyond this it is not read."""
SHOWN_CHARS: Final = 6_000
TOO_LARGE: Final = gettext_lazy("The file is larger than any exhibit. Nothing was taken in.")


@only(Right.TRAIN)
@here
@mendable
def exhibits(request: HttpRequest, name: str) -> HttpResponse:
    """List what there is to look at and to seal."""
    at = opened(name)
    wrong = found(at.one, "exhibit")
    rows = [
        {
            "exhibit": exhibit,
            "form": words.FORM[exhibit.form],
            "shown": [
                (one.key, at.english.get(f"injects.{one.key}.title", "") or one.key)
                for one in at.plan.injects.values()
                if one.exhibit == key
            ],
            "findings": wrong.get(key, []),
        }
        for key, exhibit in at.plan.exhibits.items()
    ]
    return shown(request, "exercise/scenario_exhibits.html", at.one, {"rows": rows})


@no_longer_than(MAX_FORM_BYTES, TOO_LARGE)
@csrf_protect
@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def exhibit(request: HttpRequest, name: str, key: str = "") -> HttpResponse:
    """Change an exhibit, or add one that is written or uploaded."""
    at = opened(name)
    if key and key not in at.plan.exhibits:
        raise Http404
    is_made = bool(key and at.plan.exhibits[key].story)
    return _page(request, name, key, MadeForm if is_made else FilesForm)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def make(request: HttpRequest, name: str) -> HttpResponse:
    """Add an exhibit that is made from a story."""
    return _page(request, name, "", MadeForm)


def _page(
    request: HttpRequest, name: str, key: str, form_type: type[FilesForm | MadeForm]
) -> HttpResponse:
    def more(form: EntryForm, files: Mapping[str, bytes]) -> dict[str, Any]:
        given = form.at.plan.exhibits.get(key)
        return {
            "preview": preview(name, files, form.settled),
            "is_made": form_type is MadeForm,
            "story": given.story if given else "",
        }

    def fresh(now: Opened, data: Any, files: Any) -> FilesForm | MadeForm:
        return form_type(now, key, data, files)

    page = EntryPage(
        template="exercise/scenario_exhibit.html", done="scenario-exhibits", key=key, more=more
    )
    return entry_page(request, name, fresh, page)


def preview(name: str, files: Mapping[str, bytes], key: str) -> dict[str, Any] | None:
    """Return what players would get of an exhibit; None where it cannot be made."""
    try:
        scenario = read_scenario(name, files)
    except DrillError:
        return None
    wanted = scenario.plan.exhibits.get(key)
    data = exhibit_bytes(scenario, wanted) if wanted else None
    if wanted is None or data is None:
        return None
    kind = kind_of(scenario, wanted)
    holds = "\n".join(traces(kind, data)) if kind == "capture" else exhibit_text(scenario, wanted)
    return {
        "name": exhibit_name(scenario, wanted),
        "size": len(data),
        "digest": exhibit_digest(scenario, wanted),
        "form": words.MADE.get(kind) or words.FORM[wanted.form],
        "holds": holds[:SHOWN_CHARS],
        "cut": len(holds) > SHOWN_CHARS,
        "files": wanted.files if wanted.form == "disk" else (),
    }


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def remove_exhibit(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Ask, and take an exhibit out with the files that were there for it alone."""
    at = opened(name)
    if key not in at.plan.exhibits:
        raise Http404
    gone = alone_with(at.one.files, key)
    what = Removal(
        heading=_("Remove the exhibit"),
        facts=((_("Exhibit"), key),),
        consequences=(
            _("These files go with it, since nothing else is made of them: %(files)s.")
            % {"files": comma().join(gone)}
            if gone
            else _("No file goes with it: something else is made of them."),
        ),
        done="scenario-exhibits",
    )
    return remove_page(request, at.one, lambda: without_exhibit(at.one.files, key), what)
