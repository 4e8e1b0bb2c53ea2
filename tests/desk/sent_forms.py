"""What a browser sends of a form as it is shown."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from comity.node.web.moment_field import ZONE, MomentInput, reading_of


def posted(form: forms.Form) -> QueryDict:
    """Return what a browser sends of a form as it is shown."""
    data = QueryDict(mutable=True)
    for field in form:
        value = field.value()
        if field.widget_type == "checkbox":
            data.setlist(field.html_name, ["on"] if value else [])
        elif field.widget_type == "checkboxselectmultiple":
            data.setlist(field.html_name, list(map(str, value or [])))
        else:
            data[field.html_name] = _typed(field, value)
        if isinstance(field.field.widget, MomentInput):
            data[field.html_name + ZONE] = reading_of(value).zone
    return data


def _typed(field: BoundField, value: Any) -> str:
    told = field.field.widget.format_value(value)
    told = next(iter(told), "") if isinstance(told, list) else told
    return "" if told is None else str(told)
