"""The forms of an exhibit: files of text that it is, or a story that it is made from."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.drills import DrillError, Finding
from comity.drills.editing import with_entry
from comity.drills.exhibit_editing import OWNERS, blank_story, with_made
from comity.drills.making import FORMS, Story, parse_story
from comity.drills.parse import FILE
from comity.drills.reading import EXHIBITS, MAX_BYTES, STORIES
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.entry_form import EntryForm, code_field, merged, ticks
from comity.node.exercise.pages.scenario.form_context import Opened
from comity.node.web import form_fields as f

NEW: Final = "-"
"""In place of the name of a story: a small one to begin with."""
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_KEY: Final = (
    r"[a-z0-9]+(?:-[a-z0-9]+){0,6}",
    _("Small letters, digits and hyphens alone."),
)
_NAME: Final = _("Small letters, digits and hyphens, and .txt at the end: gateway-log.txt.")


def _text_area(label: Any, hint: Any) -> forms.CharField:
    attrs = {"class": "code", "rows": 12, "dir": "ltr", "spellcheck": "false"}
    widget = forms.Textarea(attrs=attrs)
    return forms.CharField(label=label, required=False, strip=False, help_text=hint, widget=widget)


class FilesForm(EntryForm):
    """An exhibit that is one file of text, or a disk with several."""

    sort = "exhibit"
    key_pattern = _KEY
    places: ClassVar[Mapping[str, str]] = {"files": "text"}

    def __init__(self, at: Opened, key: str, data: Any = None, files: Any = None) -> None:
        self.uploaded_fault = ""
        super().__init__(at, key, self._with_upload(data, files))
        self.initial["listed"] = list(self.before.get("files", []))
        if key:
            del self.fields["form"]
        if key and self.before.get("form") == "text":
            del self.fields["file_name"], self.fields["listed"]
            self.initial["text"] = self._stands(next(iter(self.before.get("files", [])), ""))

    def field_for(self, name: str, label: Any, hint: Any) -> forms.Field:
        """Return the field of a member, or of the file that the exhibit is."""
        if name == "form":
            return f.choice(label, [(one, words.FORM[one]) for one in ("text", "disk")])
        if name == "file":
            return forms.FileField(
                label=label, required=False, allow_empty_file=True, help_text=hint
            )
        if name == "text":
            return _text_area(label, hint)
        if name == "file_name":
            return code_field(label, hint, required=False, max_length=128)
        if name == "listed":
            files = sorted(one for one in self.at.one.files if one.startswith("exhibits/"))
            here = [one.removeprefix("exhibits/") for one in files]
            field = ticks(label, hint, [(one, one) for one in here])
            field.widget = field.widget if here else forms.MultipleHiddenInput()
            return field
        return super().field_for(name, label, hint)

    def _with_upload(self, data: Any, files: Any) -> Any:
        """Return what was posted with an uploaded file as text, so that it is never lost."""
        given = files.get("file") if files else None
        if data is None or not isinstance(given, UploadedFile):
            return data
        made = data.copy()
        if not made.get("file_name"):
            made["file_name"] = (given.name or "")[:128]
        if (given.size or 0) > MAX_BYTES:
            self.uploaded_fault = gettext("The file is larger than 512 KiB. Nothing was imported.")
            return made
        try:
            made["text"] = given.read().decode("utf-8")
        except UnicodeDecodeError:
            self.uploaded_fault = gettext("The file is not text in UTF-8. Save it as such first.")
        return made

    def _stands(self, name: str) -> str:
        data = self.at.one.files.get(f"exhibits/{name}", b"")
        return data.decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def shape(self) -> str:
        """The form of the exhibit."""
        return str(self.before.get("form") or self.cleaned_data.get("form", ""))

    def clean_file(self) -> None:
        """Say what was wrong with the file that was uploaded."""
        if self.uploaded_fault:
            raise forms.ValidationError(self.uploaded_fault)

    def clean_text(self) -> str:
        """Bring line ends into the form of files, and bound the size."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")
        if len(text.encode()) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 512 KiB."))
        return text

    def clean_file_name(self) -> str:
        """Refuse names that files of a scenario do not have; no folder is named by any."""
        name = str(self.cleaned_data["file_name"])
        if name and (not EXHIBITS.fullmatch(f"exhibits/{name}") or _DEVICE.fullmatch(name)):
            raise forms.ValidationError(_NAME)
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse to write over a file that is something else's."""
        data = super().clean() or {}
        if self.errors:
            return data
        new = self._new_name()
        listed = [*self.before.get("files", []), *data.get("listed", [])]
        if data.get("text") and f"exhibits/{new}" in self.at.one.files and new not in listed:
            self.add_error(
                "file_name" if "file_name" in self.fields else "text",
                _("There is a file of this name already. Tick it, or choose another name."),
            )
        return data

    def _new_name(self) -> str:
        """Return the name of what was written or uploaded."""
        if "file_name" not in self.fields:
            return str(next(iter(self.before.get("files", [])), f"{self.wanted}.txt"))
        return str(self.cleaned_data.get("file_name") or f"{self.wanted}.txt")

    def _files(self) -> list[str]:
        data = self.cleaned_data
        if "listed" not in self.fields:
            return [self._new_name()]
        new = [self._new_name()] if data.get("text") else []
        return list(dict.fromkeys([*data.get("listed", []), *new]))

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        return merged(before, {"form": self.shape, "files": self._files()})

    def changed(self) -> dict[str, bytes]:
        """Return the files with the exhibit; one whose text did not change keeps its bytes."""
        made = dict(self.at.one.files)
        name, text = self._new_name(), str(self.cleaned_data["text"])
        if ("listed" not in self.fields or text) and text != self._stands(name):
            made[f"exhibits/{name}"] = text.encode()
        return with_entry(made, "exhibit", self.wanted, self.members(self.before))

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands."""
        if one.file == f"exhibits/{self._new_name()}":
            return "text"
        if one.file == FILE and one.key == f"exhibit {self.wanted}":
            is_offered = "listed" in self.fields and not self["listed"].is_hidden
            return "listed" if is_offered else "text"
        return ""


class MadeForm(EntryForm):
    """An exhibit that the exhibit maker builds from a story."""

    sort = "exhibit"
    page = "made-exhibit"
    key_pattern = _KEY

    def field_for(self, name: str, label: Any, hint: Any) -> forms.Field:
        """Return the field of what is made, or of whose traces the story has."""
        if name == "made":
            return f.choice(label, words.MADE.items())
        if name == "whose":
            return f.choice(label, self._traces(), hint=hint)
        return super().field_for(name, label, hint)

    def first(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Return what the form shows of an exhibit."""
        name = str(shown["story"] or "")
        story = story_of(self.at, name) if name else None
        wanted = story.wanted.get(str(shown["made"])) if story else None
        if wanted is None:
            return {}
        return {"made": wanted.kind, "whose": f"{name} {wanted.of}"}

    def _traces(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the people and machines of each story that can be read."""
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        own = str(self.before.get("story", ""))
        for path in sorted(self.at.one.files):
            match = STORIES.fullmatch(path)
            story = story_of(self.at, match[1]) if match and own in {"", match[1]} else None
            if match and story:
                owners = {"machine": tuple(story.machines), "account": tuple(story.accounts)}
                groups.append((match[1], _owners(match[1], owners)))
        if not own:
            groups.append((gettext("A small story to begin with"), _owners(NEW, OWNERS)))
        return groups

    @property
    def story(self) -> str:
        """The name of the story's file: the one chosen, or a new one called as the exhibit."""
        name = str(self.cleaned_data["whose"]).partition(" ")[0]
        return f"{self.wanted}.toml" if name == NEW else name

    def clean(self) -> dict[str, Any]:
        """Refuse a new story whose name is taken."""
        data = super().clean() or {}
        is_new = str(data.get("whose", "")).startswith(f"{NEW} ")
        if is_new and self.wanted and f"stories/{self.story}" in self.at.one.files:
            self.add_error("key", _("There is a story of this name already."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        said = {"form": FORMS[self.cleaned_data["made"]][0], "story": self.story}
        return merged(before, said | {"made": str(before.get("made") or self.wanted)})

    def changed(self) -> dict[str, bytes]:
        """Return the files with the exhibit, and with a story that asks for it."""
        made, data = dict(self.at.one.files), self.cleaned_data
        members = self.members(self.before)
        if f"stories/{self.story}" not in made:
            new = blank_story(self.wanted, begins=self.at.plan.begins)
            made[f"stories/{self.story}"] = new
        of = str(data["whose"]).partition(" ")[2]
        made = with_made(made, self.story, members["made"], kind=data["made"], of=of)
        return with_entry(made, "exhibit", self.wanted, members)

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands."""
        if one.file == f"stories/{self.story}":
            return "whose"
        return "made" if one.file == FILE and one.key == f"exhibit {self.wanted}" else ""


def story_of(at: Opened, name: str) -> Story | None:
    """Return a story of a scenario, or None if it cannot be read."""
    data = at.one.files.get(f"stories/{name}")
    try:
        return parse_story(data, file=f"stories/{name}") if data is not None else None
    except DrillError:
        return None


def _owners(story: str, owners: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [
        (f"{story} {key}", f"{words.OWNER[kind]} {key}")
        for kind, keys in owners.items()
        for key in keys
    ]
