"""What an author signed of a solution, or of its withdrawal, as lines of label and text."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.canonical import PeerError, parse_time
from comity.evidence.solution import Statement, Withdrawn, parse_statement, parse_withdrawal
from comity.keys import jws
from comity.node.assistance.topics import topic_named, topics_reviewed
from comity.node.core.formats import date_text, utc_text
from comity.node.law.wording import UNREVIEWED
from comity.node.web.size_format import size_text

SECTIONS: Final = frozenset({"solution", "withdrawal"})
KIND: Final = {
    "playbook": _("Playbook"),
    "detection-rules": _("Detection rules"),
    "form": _("Form"),
    "training": _("Training"),
    "software": _("Software"),
}
STAGE: Final = {
    "wanted": _("Offered, being downloaded"),
    "stored": _("Here, as its author signed it"),
    "failed": _("Differs from the offer: action needed"),
}
type Line = tuple[Any, str, str, bool]
"""Label, text, language of free text, whether it is set in a fixed face."""


def lines(section: str, value: Mapping[str, Any]) -> list[Line]:
    """Return what a section says; what cannot be read is said to be so, and nothing else."""
    try:
        envelope = jws.parse_value(value["statement"])
        if section == "withdrawal":
            return list(withdrawn(parse_withdrawal(envelope)))
        return [*stated(parse_statement(envelope)), (_("Digest"), value["digest"], "", True)]
    except (PeerError, KeyError):
        return [(_("Statement"), str(_("cannot be read")), "", False)]


def stated(said: Statement) -> Iterator[Line]:
    """Yield what an author says of a solution."""
    yield _("In one line"), said.matter, "", False
    yield _("Kind"), str(KIND[said.kind]), "", False
    yield _("Version"), said.version, "", True
    yield _("Made by"), said.party, "", True
    yield _("Description"), said.description.text, said.description.lang, False
    for key in said.topics:
        yield _("Topic"), topic_named(key), "", False
    if said.topics and not topics_reviewed():
        yield _("Note"), str(UNREVIEWED), "", False
    yield _("Licence"), said.licence, "", True
    for need in said.needs:
        yield _("Requirements"), need, "", False
    for user in said.used_by:
        yield _("Used by"), user, "", False
    for one in said.tested:
        told = f"{date_text(parse_time(one.at))} · {one.by} · {one.how}"
        yield _("Tested, as its author says"), told, "", False
    if said.share_with is not None:
        yield _("May go to these States alone"), " ".join(said.share_with).upper(), "", True
    yield _("Withdrawal"), said.withdrawal, "", False
    for file in said.files:
        name, size = file.path.removeprefix("data/"), size_text(file.size_bytes)
        yield _("File"), f"{name} · {size}", "", True


def withdrawn(said: Withdrawn) -> Iterator[Line]:
    """Yield what an author says of a withdrawal."""
    yield _("Reasons"), said.reasons.text, said.reasons.lang, False
    yield _("Version"), said.version, "", True
    if said.replaced_by is not None:
        yield _("The version that takes its place"), said.replaced_by, "", True
    yield _("Withdrawn on"), utc_text(parse_time(said.at)), "", False
