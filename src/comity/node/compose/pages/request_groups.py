"""The form of a request as groups, with what is known of the requested State's requirements."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.node.compose import identifiers, requirements
from comity.node.core.node import Node
from comity.node.web import form_fields as f
from comity.node.web.form_groups import Group, Need, numbered


def groups_of(
    node: Node,
    measure: str,
    parts: Mapping[str, Any],
    *,
    notes: tuple[str, ...] = (),
    opened: str = "",
) -> list[Group]:
    """Return the groups of a request's form.

    Args:
        node: this node.
        measure: that is asked for.
        parts: the forms, by section.
        notes: what stands below the first group.
        opened: the group in which a button was pressed; it stays open.
    """
    to, lang = f.shown_choice(parts["request"]["to"]), f.shown_choice(parts["language"]["lang"])
    needs = requirements.of_request(node, to=to, lang=lang, sections=written(measure, parts))
    if both := requirements.binding_both(node, to) if to else "":
        notes = (both, *notes)

    def group(name: str, title: Any, *named: str, optional: bool = False) -> Group:
        found = tuple(parts[one] for one in named if one in parts)
        told: list[Need] = needs.get(name, [])
        return Group(
            f"group-{name}",
            title,
            found,
            optional=optional,
            open=name == opened,
            needs=tuple(told),
            notes=notes if name == requirements.ADDRESSEE else (),
        )

    return numbered(
        [
            group(requirements.ADDRESSEE, _("Addressee and legal basis"), "request", "language"),
            group(requirements.SUBJECT, parts["subject"].heading, "subject"),
            group(requirements.GROUNDS, _("Offence and facts"), "grounds"),
            group(requirements.AUTHORITY, parts["authority"].heading, "authority", optional=True),
            group("delivery", _("Delivery of evidence"), "delivery", optional=True),
        ]
    )


def required_by(node: Node, parts: Mapping[str, Any]) -> str:
    """Return the heading of the requirements: whose they are."""
    to = f.shown_choice(parts["request"]["to"])
    if not to:
        return ""
    return gettext("%(state)s requires") % {"state": requirements.state_name(node, to)}


def written(measure: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the forms hold so far in the shape of the sections, whether or not it is valid.

    Args:
        measure: that is asked for.
        parts: the forms, by section.
    """
    request, subject, grounds = parts["request"], parts["subject"], parts["grounds"]
    lang = f.shown_choice(parts["language"]["lang"])

    def text(form: forms.Form, name: str) -> dict[str, str]:
        return f.text(_typed(form, name), lang)

    basis = {name: f.shown_choice(request[name]) for name in ("instrument", "status")}
    basis["article"] = _typed(request, "article")
    found: dict[str, Any] = {
        "request": {
            "measure": measure,
            "basis": [basis],
            "urgency": f.shown_choice(request["urgency"]) or "normal",
            "reference": _typed(request, "reference"),
            "confidential": bool(request["confidential"].value()),
            "links": request.links,
        },
        "subject": {
            "description": text(subject, "description"),
            "accounts": identifiers.written_rows(subject),
            "period": {"start": _moment(subject, "start"), "end": _moment(subject, "end")},
        },
        "grounds": {name: text(grounds, name) for name in ("offence", "facts", "necessity")},
    }
    if _typed(parts["authority"], "name"):
        found["authority"] = {
            name: _typed(parts["authority"], name) for name in ("name", "contact")
        }
    return found


def _typed(form: forms.Form, name: str) -> str:
    return str(form[name].value() or "").strip()


def _moment(form: forms.Form, name: str) -> str | None:
    """Return a moment as it travels, or None where none is written or it is none."""
    try:
        found = form.fields[name].clean(form[name].value() or None)
    except forms.ValidationError:
        return None
    return f.wire_time(found) if isinstance(found, datetime) else None
