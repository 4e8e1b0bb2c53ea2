"""Packages that came before anybody offered them: what is known of each, and destroying one."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.node.actions.action_form import done_by_page
from comity.node.core.formats import utc_text
from comity.node.evidence.actions import DESTROY_STRAY
from comity.node.models import StrayPackage
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm, page


@only(Right.EVIDENCE)
def unexplained(request: HttpRequest) -> HttpResponse:
    """List packages that no message has offered, the oldest first.

    There are at most `unclaimed_packages.MAX_STRAYS`.
    """
    rows = StrayPackage.objects.order_by("came_at", "root")
    return page(request, "evidence/strays.html", {"rows": rows})


@only(Right.EVIDENCE, "GET", "HEAD", "POST")
def forget(request: HttpRequest, root: str) -> HttpResponse:
    """Ask, and destroy a package that no message has offered. It is audited."""
    name = f"sha256:{root[:64]}"
    row = StrayPackage.objects.filter(root=name).first()
    if row is None:
        raise Http404
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        with suppress(StrayPackage.DoesNotExist):  # somebody was quicker
            done_by_page(request, DESTROY_STRAY, root=name)
            messages.success(request, _("Exhibit destroyed. Its record is retained."))
        return redirect("strays")
    asked = Confirm(
        heading=_("Destroy unmatched package"),
        facts=(
            (_("Package digest"), name),
            (_("Received"), utc_text(row.came_at)),
        ),
        consequences=(_("Deleted permanently. A message that offers it later finds it missing."),),
        button=_("Destroy unmatched package"),
        action=request.path,
        back=reverse("strays"),
    )
    return confirm(request, asked)
