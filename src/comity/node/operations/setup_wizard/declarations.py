"""The step in which the office states reservations and declarations, treaty by treaty."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.node.core.formats import comma
from comity.node.operations.setup_wizard import build_node, labels
from comity.node.operations.setup_wizard.entry_revision import choices, hint
from comity.node.operations.setup_wizard.forms import refuse_invisible
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step
from comity.node.web.labels import BASIS

MAX_CHARS: Final = 4000
"""An entry takes texts of 4,096 characters, and the article is put before this one."""
_OTHER: Final = "other"


class DeclarationsForm(forms.Form):
    """Reservations and declarations in words, each under its article."""

    use_required_attribute = False

    def __init__(self, *args: Any, instruments: Mapping[str, str], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.treaties = [(BASIS[name], self._treaty(name)) for name in sorted(instruments)]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of what is written above"),
            choices=tuple(settings.LANGUAGE_NAMES.items()),
            initial=get_language(),
        )

    def _treaty(self, name: str) -> list[str]:
        """Add the fields of a treaty; return their names."""
        node, made = config(), []
        for one in choices(node, name):
            field = f"{name}:{one.key}"
            cites = comma().join(one.cite)
            label = _("Article %(article)s") % {"article": cites}
            told = labels.DECLARED.get(one.key) or hint(node, name, one.key, get_language() or "en")
            self.fields[field] = _words(str(label), str(told))
            made.append(field)
        field = f"{name}:{_OTHER}"
        self.fields[field] = _words(str(_("Other reservations and declarations")), "")
        return [*made, field]

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the treaties, each with its fields."""
        return [(title, [self[name] for name in names]) for title, names in self.treaties]

    def said(self) -> dict[str, Any]:
        """Return what the set-up keeps: language, and by treaty what is declared."""
        found: dict[str, dict[str, str]] = {}
        for _title, names in self.treaties:
            for name in names:
                treaty, _colon, key = name.partition(":")
                if text := " ".join(self.cleaned_data[name].split()):
                    found.setdefault(treaty, {})[key] = text
        return {"language": self.cleaned_data["language"], "texts": found}


def _words(label: str, told: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=told,
        required=False,
        max_length=MAX_CHARS,
        validators=[_readable],
        widget=_Paragraph(attrs={"rows": 2, "dir": "auto", "autocomplete": "off"}),
    )


def _readable(text: str) -> None:
    refuse_invisible(" ".join(text.split()))


class _Paragraph(forms.Textarea):
    """A field for some lines; a text that is too long is refused, and not cut by the browser."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


@step("declarations")
def declarations(request: HttpRequest) -> HttpResponse:
    """Ask what the State declared under each treaty that binds it; it goes into the entry."""
    progress = this_setup().progress
    said = progress.read()
    instruments = said.get("office", {}).get("instruments", {})
    held = said.get("declarations", {})
    initial = {
        f"{treaty}:{key}": text
        for treaty, texts in held.get("texts", {}).items()
        for key, text in texts.items()
    }
    initial |= {"language": held["language"]} if "language" in held else {}
    form = DeclarationsForm(request.POST or None, instruments=instruments, initial=initial)
    if request.method == "POST" and form.is_valid():
        progress.put("declarations", form.said())
        return redirect("setup-entry")
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "wrong": status == 422,
        "some": bool(instruments),
        "revise": build_node.declare_command(config()),
    }
    return page(request, "declarations", context, status=status)
