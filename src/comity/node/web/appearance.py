"""Light or dark: what a person chose for this browser, else what its system says."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext_lazy

from comity.node.web.kept_forms import safe_target
from comity.node.web.permissions import public

COOKIE: Final = "comity-appearance"
CHOICES: Final[dict[str, Any]] = {
    "": pgettext_lazy("appearance", "As the system"),
    "light": pgettext_lazy("appearance", "Light"),
    "dark": pgettext_lazy("appearance", "Dark"),
}


@public("POST")
def appearance(request: HttpRequest) -> HttpResponse:
    """Show the pages light or dark in this browser; anything else follows the system."""
    answer = redirect(safe_target(request, request.POST.get("next", "/")))
    wanted = request.POST.get("appearance", "")
    if wanted not in CHOICES or not wanted:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return answer
    answer.set_cookie(
        COOKIE,
        wanted,
        max_age=365 * 86_400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
