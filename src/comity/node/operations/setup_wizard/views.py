"""The frame of a set-up's pages, the page of the code, and the way to the step that is due."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.node.core.config import NodeConfig, load_config
from comity.node.operations.setup_wizard import labels
from comity.node.operations.setup_wizard.progress import STEPS
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.setup_code import Answer
from comity.node.operations.setup_wizard.step_states import standing_of
from comity.node.people.access.staff import administrators as found

type Step = Callable[..., HttpResponse]


def administrators() -> int:
    """Return how many people in office may look after people."""
    made = (this_setup().progress.folder / "node.toml").is_file()
    return len(found()) if made else 0


def config() -> NodeConfig:
    """Return the settings of the node that was made."""
    return load_config(this_setup().progress.folder)


def step(name: str) -> Callable[[Step], Step]:
    """Open a step once those before it are done."""

    def wrap(view: Step) -> Step:
        @require_http_methods(["GET", "HEAD", "POST"])
        @functools.wraps(view)
        def answer(request: HttpRequest, **place: Any) -> HttpResponse:
            standing = standing_of(this_setup().progress)
            if name not in standing.passed and name != standing.due:
                return redirect(f"setup-{standing.due}")
            return view(request, **place)

        return answer

    return wrap


def page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return a page of the set-up in its frame."""
    standing = standing_of(this_setup().progress)
    known = request.resolver_match is not None and request.resolver_match.url_name != "code"
    steps = [
        {
            "name": one,
            "title": labels.STEP[one],
            "url": f"setup-{one}",
            "open": one in standing.passed or one == standing.due,
            "state": standing.word(one),
            "here": one == name,
        }
        for one in STEPS
    ]
    frame = {
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": settings.LANGUAGE_NAMES.items(),
        "steps": steps if known else [],
        "title": labels.STEP.get(name, ""),
    }
    return render(request, f"setup/{name}.html", {**frame, **(context or {})}, status=status)


@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    """Go to the step that is due."""
    return redirect(f"setup-{standing_of(this_setup().progress).due}")


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that stands in the terminal."""
    if request.method != "POST":
        return page(request, "code")
    setup = this_setup()
    answer, token = setup.door.knock(request.POST.get("code", "")[:200])
    if answer is Answer.RIGHT:
        setup.used()
        came = redirect("setup")
        came.set_cookie(setup.cookie, token, httponly=True, samesite="Strict")
        return came
    if setup.door.spent:
        setup.ended = "codes"
        setup.used()
    left = setup.door.left
    tries = ngettext("%(n)s try is left.", "%(n)s tries are left.", left) % {"n": left}
    wrong = {
        Answer.WRONG: _("Incorrect code. The code is shown in the terminal.") + f" {tries}",
        Answer.SPENT: _("The code is spent. End the command in the terminal and start it again."),
    }[answer]
    return page(request, "code", {"wrong": wrong}, status=403)
