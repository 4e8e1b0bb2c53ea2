"""A payload for every text field, and a reader of pages that tells when one has come alive."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

MARK = "zzxqj"
PAYLOAD = (
    f"{MARK}\"'><script>alert(1)</script><img src=x onerror=alert(2)><x-evil onclick=a>"
    "</textarea></title><svg/onload=alert(3)><a href=javascript:alert(4)>{{7*7}}{% now 'Y' %}\u202e"
)
SHORT = f"{MARK}'\"><script>1</script>"
"""For fields that take few characters."""
_URLS = frozenset({"href", "src", "action", "formaction", "data", "poster", "xlink:href"})
_NEVER = frozenset({"x-evil", "base", "object", "embed", "iframe", "frame", "applet", "meta-evil"})
_OPAQUE = frozenset({"script", "style"})


class Alive(HTMLParser):
    """Collect what would run or fetch: a payload that stands escaped gives nothing here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in _NEVER or (tag in _OPAQUE and "src" not in told):
            self.found.append(tag)
        if tag == "meta" and "http-equiv" in told:
            self.found.append("meta http-equiv")
        for name, value in attrs:
            text = "".join((value or "").split()).lower()
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found.append(f"{tag} {name}")
            if name in _URLS and (
                text.startswith(("javascript:", "data:", "vbscript:", "//", "http:"))
                or (text.startswith("https:") and tag != "a")
            ):
                self.found.append(f"{tag} {name}={text[:30]}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def alive(page: str) -> list[str]:
    """Return what of a page would run, or fetch from elsewhere."""
    reader = Alive()
    reader.feed(page)
    reader.close()
    said = "".join(reader.text)
    if f"{MARK}\"'>" in said and "49{%" in said:
        reader.found.append("a template was run")
    return reader.found


@dataclass
class Form:
    """One form of a page, as a browser would fill it."""

    action: str
    method: str
    fields: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Name, kind, value that stands there, most characters."""
    options: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.now: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.now = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self.now)
        if self.now is None or "disabled" in told:
            return
        name = told.get("name", "")
        if tag == "input" and name:
            kind = told.get("type", "text")
            if kind not in {"radio", "checkbox"} or "checked" in told:
                kept = (name, kind, told.get("value", ""), told.get("maxlength", ""))
                self.now.fields.append(kept)
            elif kind == "radio":
                self.now.options.setdefault(name, []).append(told.get("value", ""))
            else:
                self.now.fields.append((name, "box", told.get("value", "on"), ""))
        elif tag == "textarea" and name:
            self.now.fields.append((name, "text", "", told.get("maxlength", "")))
        elif tag == "select" and name:
            self.select = name
            self.now.options.setdefault(name, [])
        elif tag == "option" and self.select:
            self.now.options[self.select].append(told.get("value", ""))
        elif tag == "button" and name:
            self.now.fields.append((name, "button", told.get("value", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        if tag == "select":
            self.select = ""


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page that post."""
    reader = _Forms()
    reader.feed(page)
    return [form for form in reader.forms if form.method == "post"]


PLAUSIBLE = {
    "date": "2026-12-01",
    "datetime-local": "2026-12-01T10:00",
    "time": "10:00",
    "number": "5",
    "email": "a@example.org",
    "url": "https://example.org/",
    "tel": "+27110000000",
}


def filled(form: Form) -> dict[str, Any]:
    """Return what is posted: the payload wherever text is taken."""
    data: dict[str, Any] = {}
    for name, kind, value, most in form.fields:
        if kind in {"file", "password"}:
            continue
        if kind in {"text", "search"}:
            if "_at" in name or name.endswith(("date", "dated", "until", "due")):
                data[name] = "2026-12-01 10:00"
            else:
                data[name] = SHORT if most.isdecimal() and int(most) < len(PAYLOAD) else PAYLOAD
        elif kind in PLAUSIBLE:
            data[name] = PLAUSIBLE[kind]
        elif kind == "button":
            data.setdefault(name, value)
        else:
            data[name] = value
    for name, choices in form.options.items():
        data.setdefault(name, next((one for one in choices if one), ""))
    return data
