"""The page on which an officer gives a case another subject."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.cases.actions import CHANGE_SUBJECT
from comity.node.cases.schemas import MOST_SUBJECT
from comity.node.cases.subjects import subjects
from comity.node.people.permissions import Right
from comity.node.web import form_fields as f
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


class SubjectForm(ActionForm):
    """One line, or none for the subject made by rule."""

    action = CHANGE_SUBJECT

    text = f.short(
        gettext_lazy("Subject"),
        required=False,
        most=MOST_SUBJECT,
        hint=gettext_lazy("Leave it empty to use the subject made from the first message."),
    )


@only(Right.ASSIGN, "GET", "HEAD", "POST")
def subject(request: HttpRequest, number: str) -> HttpResponse:
    """Show the subject of a case, and change it."""
    if not seen(request).has_case(number):
        raise Http404
    stands = subjects([number], reader=caller(request))[number]
    data = request.POST if request.method == "POST" else None
    form = SubjectForm(data, initial={"text": stands.own}, use_required_attribute=False)
    if data is not None and form.is_valid():
        done_by_page(request, CHANGE_SUBJECT, form.input, case=number)
        messages.success(request, _("Subject changed."))
        return redirect("case", number=number)
    context = {
        "number": number,
        "subject": stands,
        "form": form,
        "wrong_fields": wrong_fields((form,)),
    }
    return page(request, "case_file/subject.html", context, status=422 if form.errors else 200)
