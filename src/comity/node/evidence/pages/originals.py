"""An original as a picture: digests first, and pixels only with a reason, small, grey, blurred."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse

from comity.canonical import ComityError, PeerError
from comity.forensics.errors import ExtraMissingError, ReaderUnconfinedError
from comity.node.core.clock import now
from comity.node.evidence.reason_form import ReasonForm
from comity.node.models import DocketItem, Mark, Officer, Original
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.sensitive import blurred_previews, marks, reveal
from comity.node.sensitive.known_digests import digests_of
from comity.node.sensitive.reveal import still
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.SHOW_MARKED, "GET", "HEAD", "POST")
def preview(request: HttpRequest, digest: str) -> HttpResponse:
    """Show digests and markers; with a reason, let a picture be seen for a few minutes."""
    try:
        original = Original.objects.get(digest=marks.named(Mark.Kind.ORIGINAL, digest))
    except (ObjectDoesNotExist, PeerError) as fault:
        raise Http404 from fault
    abuse = marks.is_abuse(Mark.Kind.ORIGINAL, original.digest)
    clearer = request.POST.get("step") == "clearer"
    form = ReasonForm(request.POST or None, use_required_attribute=False)
    seen, wrong, status = None, "", 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            seen = reveal.show(
                Mark.Kind.ORIGINAL,
                original.digest,
                "clearer" if clearer else "blurred",
                reason=form.cleaned_data["reason"],
                user=request.user.get_username(),
                at=now(),
            )
            status = 200
        except ComityError as fault:
            wrong, status = labels.fault(fault.code), 403 if abuse else 422
    told = sorted(digests_of(bytes(original.data), None), key=len, reverse=True)
    context = {
        "original": original,
        "mail": mail_of(original.digest, caller(request)),
        "digests": list(zip(("SHA-256", "SHA-1", "MD5"), told, strict=True)),
        "marks": marks.on(Mark.Kind.ORIGINAL, original.digest),
        "abuse": abuse,
        "picture": blurred_previews.can_be_seen(original),
        "form": form,
        "wrong": wrong,
        "seen": seen,
        "clearer": seen is not None and clearer,
    }
    return page(request, "evidence/preview.html", context, status=status)


def mail_of(digest: str, officer: Officer) -> str:
    """Return the mail in which an original came, where the officer may read it; else nothing."""
    circle = circle_of(officer, at=now())
    rows = DocketItem.objects.filter(kind="mail", about=digest).values_list("item", "case")
    able = may(officer, Right.READ_CONTENT)
    return next((item for item, case in rows if able and circle.sees(case)), "")


@only(Right.SHOW_MARKED)
def picture(request: HttpRequest, viewing: str) -> HttpResponse:
    """Give the picture that somebody was let to see, to this person, while it may be seen."""
    try:
        seen = still(viewing[:32], user=request.user.get_username(), at=now())
        original = Original.objects.get(digest=seen.subject)
        data = blurred_previews.picture(original, seen.step)
    except (ObjectDoesNotExist, KeyError) as fault:
        raise Http404 from fault
    except marks.AbuseMaterialError:
        return HttpResponse(status=403)
    except (PeerError, ExtraMissingError, ReaderUnconfinedError):
        return HttpResponse(status=422)
    answer = HttpResponse(data, content_type="image/png")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Content-Disposition"] = 'inline; filename="blurred.png"'
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
