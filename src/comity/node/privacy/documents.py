"""Papers of the data-protection desk: what they say, in the language of the page."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comity.canonical import parse_time
from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.core.formats import date_text, papers_language
from comity.node.core.node import Node
from comity.node.models import DocketItem
from comity.node.people import office_settings
from comity.node.privacy import disclosures
from comity.node.privacy import labels as words
from comity.node.privacy.breaches import Standing
from comity.node.privacy.grounds import exemptions, grounds
from comity.papers.sheet import Part, Sheet


def made(node: Node, title: str, parts: list[Part], *, at: datetime) -> bytes:
    """Return a sheet of this office as PDF."""
    from comity.papers.sheet import sheet_pdf
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import words as paper_words

    office = office_settings.name()
    footer = f"{office} · {node.party}" if office else node.party
    sheet = Sheet(title=title, footer=footer, parts=parts, mode=node.config.mode)
    return sheet_pdf(sheet, paper_words(papers_language()), made_at=at, fonts=FontPlaces())


def _when(value: datetime | None) -> str:
    return f"{date_text(value)} {value:%H:%M} UTC" if value else _("not known")


def _text(value: Any) -> str:
    return str(value["text"]) if value else _("nothing known yet")


# ------------------------------------------------------------------ breaches


def breach_parts(node: Node, found: Standing) -> list[Part]:
    """Return what is sent of a breach: facts, what may follow, what was done."""
    told = found.told
    data = ", ".join(words.code("data", one) for one in told.get("data") or ()) or _("not known")
    rows: tuple[tuple[str, str], ...] = (
        (_("Authority"), node.party),
        (_("Found on"), _when(found.found_at)),
        (_("Happened on"), _when(_moment(told.get("happened_at")))),
        (_("Data"), data),
        (_("Number of people"), words.code("people", str(told.get("people", "unknown")))),
    )
    late = told.get("why_late")
    if found.late:
        rows += ((_("Reason for the delay"), late or _("to be filled in")),)
    others = ", ".join(found.parties) or _("nobody's")
    return [
        Part(
            text=(
                _(
                    "This office informs you of a breach of personal data, as the law obliges it "
                    "to. What is not known yet follows as soon as it is."
                ),
            ),
            facts=rows,
        ),
        Part(title=_("Incident"), facts=((_("In the office's words"), _text(told.get("what"))),)),
        Part(
            title=_("Consequences and measures"),
            facts=(
                (_("Possible consequences for the people"), _text(told.get("consequences"))),
                (_("Measures taken"), _text(told.get("measures"))),
                (_("Other authorities whose data it was"), others),
            ),
        ),
        Part(
            title=_("Contact"),
            facts=((_("Contact of this office"), office_settings.name() or node.party),),
        ),
    ]


def _moment(text: str | None) -> datetime | None:
    return parse_time(text) if text else None


# ------------------------------------------------------------------ releases


def reasons() -> dict[str, str]:
    """Return each exemption code with what it means."""
    return {code: words.exemption(one) for code, one in exemptions().items()}


def standings() -> dict[str, str]:
    """Return what each standing of a record is called."""
    return {one: words.code("standing", one) for one in disclosures.STANDINGS}


def index_parts(item: Item) -> list[Part]:
    """Return the index of a release: counts, records, and the codes that are used."""
    told, rows = item.told, disclosures.records(item)
    counts, known, means = disclosures.counts(item), standings(), reasons()
    used = list(dict.fromkeys(code for row in rows for code in row["codes"]))
    found = exemptions()
    parts = [
        Part(
            facts=(
                (_("Title"), str(told.get("title", "")) or "–"),
                (_("To whom"), str(told.get("recipient", "")) or "–"),
                (known["released"], str(counts.released)),
                (known["part"], str(counts.part)),
                (known["withheld"], str(counts.withheld)),
            ),
            text=(
                (_("Another officer has approved this list."),)
                if disclosures.is_approved(item)
                else (_("Draft: this list is not approved."),)
            ),
        ),
        Part(
            title=_("Records"),
            head=(_("Number"), _("Description"), _("Data to release"), _("Codes")),
            widths=(0, 5, 3, 2),
            rows=tuple(
                (
                    str(row["number"]),
                    row["description"],
                    known[row["standing"]],
                    ", ".join(row["codes"]),
                )
                for row in rows
            ),
        ),
    ]
    if used:
        parts.append(
            Part(
                title=_("Meaning of the codes"),
                head=(_("Code"), _("Meaning"), _("Source")),
                widths=(0, 4, 4),
                rows=tuple(
                    (
                        code,
                        means.get(code, code),
                        words.source(found[code]) if code in found else "",
                    )
                    for code in used
                ),
            )
        )
    return parts


# ------------------------------------------------------------------ answers


def decided(identifier: str) -> Item:
    """Return a request of a person that was decided.

    Raises:
        DocketItem.DoesNotExist: no such request here, or nothing was decided yet.
    """
    item = docket_store.item_named(identifier)
    if item.kind.name != "subject-request" or not item.said("subject-request.decided"):
        raise DocketItem.DoesNotExist
    return item


def answer_parts(item: Item) -> list[Part]:
    """Return the answer to a person: what was decided, on which grounds, where to complain.

    Where it is neither confirmed nor denied, the paper names neither grounds nor a number.
    """
    told, said = item.told, item.said("subject-request.decided")
    decision = str(said.get("decision", ""))
    parts = [
        Part(
            facts=(
                (_("To"), str(told.get("name", "")) or "–"),
                (_("You asked"), words.code("right", str(told.get("right", "")))),
                (_("Received on"), _when(_moment(told.get("received_at")))),
            )
        ),
        Part(title=_("Answer of this office"), facts=((_("Answer"), _text(said.get("answer"))),)),
    ]
    if decision in ("part", "refuse"):
        known = grounds()
        parts.append(
            Part(
                title=_("Grounds"),
                head=(_("Ground"), _("Source")),
                widths=(3, 3),
                rows=tuple(
                    (words.ground(known[code]), known[code].source)
                    for code in said.get("grounds", ())
                    if code in known
                ),
            )
        )
    parts.append(
        Part(
            title=_("If you do not agree"),
            text=(
                _(
                    "You may complain to the supervisory authority for data protection, and go to "
                    "court. This costs you no other right."
                ),
            ),
        )
    )
    return parts
