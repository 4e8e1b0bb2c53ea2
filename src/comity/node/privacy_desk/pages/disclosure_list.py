"""The list of a release: one record a row, proposed from what its case holds."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.cases import docket_actions
from comity.node.core.formats import date_text
from comity.node.docket import labels
from comity.node.docket.record import recorded
from comity.node.models import DocketItem
from comity.node.people.permissions import Right
from comity.node.privacy import disclosures, documents
from comity.node.privacy import labels as privacy_labels
from comity.node.privacy.grounds import exemptions
from comity.node.web import labels as desk_words
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

OFF: Final = "off"
"""What is chosen for a record that the list does not name."""
SPARE: Final = 2
"""Empty rows for records that the case does not hold."""
_COLUMNS: Final = ("description", "standing", "codes", "remark")
type Known = tuple[bool, disclosures.Line]
"""Whether the record stands fast, and the row."""


def release_or_404(item_id: str) -> Item:
    """Return a release, or answer that nothing is here."""
    try:
        return disclosures.release_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


@only(Right.DOCKET, "GET", "HEAD", "POST")
def edit(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show the rows of a release, or record them as its list. The reading is audited."""
    found = release_or_404(item_id)
    docket_actions.note_reading(found.id, by=caller(request).user.get_username(), way="desk")
    posted = request.method == "POST"
    rows = list(_typed(request.POST)) if posted else [*_before(found), *_spare()]
    wrong = ""
    if posted:
        answer, wrong = _recorded(request, found, rows)
        if answer is not None:
            return answer
    context = {
        "item": found,
        "rows": [
            {"known": known, "record": row[0], **dict(zip(_COLUMNS, row[1:], strict=True))}
            for known, row in rows
        ],
        "known": "\n".join(row[0] for known, row in rows if known),
        "standings": [("", "–"), *documents.standings().items(), (OFF, _("Not on the list"))],
        "wrong": wrong,
        **_codes(),
    }
    return page(request, "privacy_desk/release_list.html", context, status=422 if posted else 200)


def _codes() -> dict[str, Any]:
    try:
        return {
            "codes": [
                (one.code, privacy_labels.exemption(one), privacy_labels.source(one))
                for one in exemptions().values()
            ]
        }
    except ComityError as fault:
        return {"codes": [], "codes_wrong": desk_words.fault(fault.code)}


def _before(found: Item) -> Iterator[Known]:
    """Yield the newest list, to be changed; before there is one, what the case holds."""
    listed = disclosures.records(found)
    for row in listed:
        codes, remark = " ".join(row["codes"]), row["remark"] or ""
        yield True, (row["record"], row["description"], row["standing"], codes, remark)
    if not listed and found.case:
        for held in disclosures.proposed(found.case):
            yield True, (held.record, _described(held), "", "", "")


def _described(held: disclosures.Held) -> str:
    names: Mapping[str, Any] = {
        **desk_words.DONE, **labels.KIND, "evidence": _("Evidence")
    }  # fmt: skip
    parts = (str(names.get(held.kind, held.kind)), date_text(held.at), held.by)
    return " · ".join(part for part in parts if part)


def _spare() -> Iterator[Known]:
    for _number in range(SPARE):
        yield False, ("", "", "", "", "")


def _typed(data: QueryDict) -> Iterator[Known]:
    """Yield the rows of a form: first those whose record stands fast, then those typed."""
    known = data.get("known", "").splitlines()
    records = [*known, *data.getlist("record")]
    columns = (data.getlist(name) for name in _COLUMNS)
    for number, row in enumerate(zip_longest(records, *columns, fillvalue="")):
        record, description, standing, codes, remark = map(str, row)
        yield number < len(known), (record, description, standing, codes, remark)


def _wanted(rows: Iterable[Known]) -> Iterator[disclosures.Line]:
    for _known, row in rows:
        yield ("", "", "", "", "") if row[2] == OFF else row


def _recorded(
    request: HttpRequest, found: Item, rows: Iterable[Known]
) -> tuple[HttpResponse | None, str]:
    try:
        listed = disclosures.read_rows(_wanted(rows))
    except disclosures.ReleaseLineError as fault:
        place = _("Line %(line)s") % {"line": fault.facts["line"]}
        return None, f"{place}: {desk_words.fault(fault.code)}"
    return recorded(
        request,
        "release.listed",
        {"records": listed},
        found=found,
        case=found.case,
        done=_("List recorded. Another officer must approve it."),
    )
