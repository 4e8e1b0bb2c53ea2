"""Taking a marked original out as a file: why comes first, and is kept with who and when."""

from django.http import HttpRequest, HttpResponse

from comity.node.core.clock import now
from comity.node.evidence.reason_form import ReasonForm
from comity.node.models import Mark
from comity.node.sensitive import marks, reveal
from comity.node.web.render import page


def first(request: HttpRequest, digest: str) -> HttpResponse | None:
    """Return the page that asks why an original is taken out, or refuses it; None: give it.

    Nothing is asked of an original that is not marked. Abuse material leaves by no page.
    """
    marked = marks.on(Mark.Kind.ORIGINAL, digest)
    if any(mark.marker == marks.ABUSE for mark in marked):
        return page(request, "evidence/abuse.html", {"digest": digest}, status=403)
    form = ReasonForm(request.POST or None, use_required_attribute=False)
    if not marked:
        return None
    if request.method == "POST" and form.is_valid():
        reveal.show(
            Mark.Kind.ORIGINAL,
            digest,
            "bytes",
            reason=form.cleaned_data["reason"],
            user=request.user.get_username(),
            at=now(),
        )
        return None
    context = {"marks": marked, "form": form}
    status = 422 if request.method == "POST" else 200
    return page(request, "evidence/take_out.html", context, status=status)
