"""Every word is there, in every language; nothing invisible stays invisible."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

import django
import polib
import pytest
from django.utils.translation import override, to_locale
from scripts.messages import (
    LANGUAGES,
    NODE,
    PLURALS,
    catalogue,
    in_python,
    in_template,
    key,
    messages,
    wanted,
)

from comity.docket import ACTS, KINDS
from comity.docket.bodies import Channel
from comity.exchange.types import MAIN_STATES, MOVES, TRACKS
from comity.exchange.values import Model, Text, kind_of, model_of, plain_of
from comity.files.instruments import shipped
from comity.intake.original import CAUTIONS
from comity.node.core.label_files import Label, parse_label_file
from comity.node.docket import labels
from comity.node.mail.pages import labels as mail_labels
from comity.node.models import Officer
from comity.node.templatetags import looks
from comity.node.web import labels as web_labels
from comity.node.web.measure_labels import MEASURE
from comity.node.web.text_format import listed, shown, visible
from comity.papers.glossary import plain, terms

PLACES = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    entries = polib.pofile(str(catalogue(language)))
    assert {key(entry) for entry in entries} == set(wanted(language)), (
        "run `python -m scripts.messages`"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    entries = polib.pofile(str(catalogue(language)))
    assert [e.msgid for e in entries.untranslated_entries() + entries.fuzzy_entries()] == []


@pytest.mark.parametrize(
    "outcome", ["applied", "overtaken", "held", "held:double-speak", "refused:illegal-move"]
)
def test_a_receipt_is_told_as_its_authors_word_and_not_as_an_effect(outcome: str) -> None:
    with override("en"):
        told = web_labels.receipt(outcome)
    assert told.startswith("received")
    assert "effect" not in told


SCRIPTS = {
    "ar": r"[\u0621-\u064a]",
    "ru": r"[\u0400-\u04ff]",
    "zh-hans": r"[\u4e00-\u9fff]",
}
LATIN_ALONE = frozenset(
    {"AS", "API", "IMEI", "IBAN", "JSON", "PDF", "CSV", "URL", "TLS", "UTC", "Webhook", "Webhooks"}
)


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_a_text_is_in_the_letters_of_its_language(language: str) -> None:
    own = re.compile(SCRIPTS[language])
    for entry in polib.pofile(str(catalogue(language))):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not set(re.findall(r"\w+", PLACES.sub("", entry.msgid))) <= LATIN_ALONE:
            assert all(own.search(text) for text in texts), entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_every_place_and_has_every_plural(language: str) -> None:
    forms = int(re.findall(r"nplurals=(\d)", PLURALS[language])[0])
    for entry in polib.pofile(str(catalogue(language))):
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(forms)), entry.msgid
        else:
            assert sorted(PLACES.findall(entry.msgstr)) == sorted(PLACES.findall(entry.msgid))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_counts_as_in_django(language: str) -> None:
    place = Path(django.__file__).parent / "conf" / "locale" / to_locale(language)
    theirs = polib.pofile(str(place / "LC_MESSAGES" / "django.po")).metadata["Plural-Forms"]
    assert theirs.replace(" ", "") == PLURALS[language].replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_source(language: str) -> None:
    source = catalogue(language)
    built = polib.mofile(str(source.with_suffix(".mo")))
    wanted = {key(e): (e.msgstr, dict(e.msgstr_plural)) for e in polib.pofile(str(source))}
    assert {key(e): (e.msgstr, dict(e.msgstr_plural)) for e in built} == wanted


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_("One")', ("", "One", "")),
        ('translation.gettext("One")', ("", "One", "")),
        ('ngettext_lazy("%d day", "%d days", 2)', ("", "%d day", "%d days")),
        ('pgettext_lazy("appearance", "Light")', ("appearance", "Light", "")),
        ('npgettext("law", "%d act", "%d acts", n)', ("law", "%d act", "%d acts")),
    ],
)
def test_every_way_to_ask_for_a_translation_is_read(source: str, message: object) -> None:
    assert list(in_python(source)) == [message]


def test_a_file_of_labels_holds_tables_of_texts_and_its_texts_are_gathered() -> None:
    read = parse_label_file('[kind]\nnote = "Note"\n"a.b" = "Two"\n', file="x")
    assert read == {"kind": {"note": Label("Note"), "a.b": Label("Two")}}
    apart = '[kind]\nnote = {text = "Note", context = "music"}\n'
    assert parse_label_file(apart, file="x") == {"kind": {"note": Label("Note", "music")}}
    wrongs = ("1", '""', '{text = "Note"}', '{text = "Note", context = ""}')
    for wrong in ('note = "Note"', '[kind]\na.b = "Two"', *(f"[kind]\nnote = {w}" for w in wrongs)):
        with pytest.raises(TypeError, match=r"^x: "):
            parse_label_file(wrong, file="x")
    assert "health/labels.toml" in messages()["", "They agree.", ""]


def test_a_way_that_is_not_read_is_no_quiet_gap() -> None:
    with pytest.raises(ValueError, match="dgettext is not read"):
        list(in_python('dgettext("domain", "One")'))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ('{% translate "One" %}', ("", "One", "")),
        ('{% translate "Set" context "conditions" %}', ("conditions", "Set", "")),
        ("{% blocktranslate trimmed %}\n a\n b\n{% endblocktranslate %}", ("", "a b", "")),
        (
            '{% blocktranslate count n=x context "law" %}{{ n }} a{% plural %}{{ n }} b'
            "{% endblocktranslate %}",
            ("law", "%(n)s a", "%(n)s b"),
        ),
    ],
)
def test_every_way_of_a_page_is_read(page: str, message: object) -> None:
    assert list(in_template(page)) == [message]


def test_every_code_of_the_protocol_has_a_word() -> None:
    assert set(web_labels.DO) == set(web_labels.DONE) == set(MOVES)
    assert set(web_labels.STATE) == set(MAIN_STATES)
    assert set(web_labels.TRACK) == {
        f"{t}:{stage}" for t, stages in TRACKS.items() for stage in stages
    }
    assert set(Officer.Role.values) <= set(web_labels.ROLE)


def test_every_caution_way_and_refusal_of_mail_has_a_word() -> None:
    assert set(mail_labels.CAUTION) == set(CAUTIONS)
    assert set(mail_labels.CHANNEL) == set(get_args(Channel.__value__))
    states = {act.target for act in ACTS.values() if act.kind == "mail"}
    assert set(mail_labels.MAIL) == states
    assert set(mail_labels.LETTER) == {a.target for a in ACTS.values() if a.kind == "letter"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("invoice\u202egpj.exe", "U+202E"),
        ("a\u2066b\u2069", "U+2066"),
        ("zero\u200bwidth", "U+200B"),
        ("\ufeffmark", "U+FEFF"),
        ("bell\x07", "U+0007"),
        ("soft\u00adhyphen", "U+00AD"),
        ("private\ue000", "U+E000"),
        ("filler\u3164", "U+3164"),
    ],
)
def test_what_is_invisible_is_shown_as_a_code_point(text: str, wanted: str) -> None:
    assert f'<span class="hidden-mark">{wanted}</span>' in visible(text)
    assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E for c in visible(text))


@pytest.mark.parametrize("text", ["می\u200cخواهم", "Nguyễn Thị Ánh", "王\n李", "<b>&\"'"])
def test_honest_text_is_left_alone_but_for_html(text: str) -> None:
    assert "hidden-mark" not in visible(text)
    assert "<b>" not in shown(text)
    assert shown(text).startswith("<bdi>")


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "<bdi>a</bdi>, <bdi>&lt;b&gt;</bdi>"),
        ("ar", "<bdi>a</bdi>، <bdi>&lt;b&gt;</bdi>"),
        ("zh-hans", "<bdi>a</bdi>、<bdi>&lt;b&gt;</bdi>"),
    ],
)
def test_a_list_is_parted_as_its_language_does_it(language: str, wanted: str) -> None:
    with override(language):
        assert listed(["a", "<b>"]) == wanted


@pytest.mark.parametrize(
    "folder", [NODE / "static" / "vendor", Path(__file__).parent / "vendor"], ids=["pages", "tests"]
)
def test_vendored_files_are_those_that_were_reviewed(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = {path.name: path for path in folder.iterdir() if path.name != "SHA256SUMS"}
    for name in [name for name in found if name.endswith(".gz")]:
        plain_of_it = found[name.removesuffix(".gz")].read_bytes()
        assert gzip.decompress(found.pop(name).read_bytes()) == plain_of_it, "make vendored"
    assert set(listed) == set(found)
    for name, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name]


def test_what_the_theme_opens_it_closes() -> None:
    """A block that stays open swallows what follows, and no browser says so."""
    deep = 0
    theme = (NODE / "static" / "desk" / "desk.css").read_text("utf-8")
    for number, line in enumerate(theme.splitlines(), 1):
        if line.startswith(("@", "/*")):
            assert deep == 0, f"line {number} begins inside a block"
        deep += line.count("{") - line.count("}")
    assert deep == 0


def test_every_colour_that_the_theme_uses_is_one_it_has() -> None:
    theme = (NODE / "static" / "desk" / "desk.css").read_text("utf-8")
    used = set(re.findall(r"var\((--[\w-]+)", theme))
    assert used <= set(re.findall(r"(--[\w-]+):", theme))


_FRAMEWORK = re.compile(r"\b(?:btn-\w+|form-control|visually-hidden|[mp][tbxy]?-[0-5]|w-100)\b")


def test_no_page_uses_names_of_a_framework_that_is_gone() -> None:
    named = re.compile(r"""class(?:"?\]?)\s*[=:]\s*["']([^"']*)""")
    for path in (*NODE.rglob("*.html"), *NODE.rglob("*.py")):
        for found in named.findall(path.read_text("utf-8")):
            assert not _FRAMEWORK.search(found), (path.name, found)


def test_every_sign_that_a_page_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="(\w+)"', (NODE / "static" / "desk" / "icons.svg").read_text()))
    named = set(looks.URGENCY_SIGN.values()) | set(looks.SIGNS.values()) | looks.TURNED
    named |= set(looks.PROVEN_SIGN.values()) - set(looks.SIGNS)
    for path in NODE.rglob("*.html"):
        named |= set(re.findall(r'{% sign "(\w+)" %}', path.read_text("utf-8")))
    assert named <= drawn


def test_no_page_holds_script_or_style_of_its_own() -> None:
    for path in sorted(NODE.rglob("*.html")):
        source = path.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son(?!e=)\w+=|<script(?![^>]*\ssrc=)", source), (
            path.name
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_call_a_code_what_the_glossary_calls_it(language: str) -> None:
    glossary = {(t.kind, t.code): t.texts for t in terms(shipped()) if not t.instrument}
    with override(language):
        shown = {
            **{("messages", code): str(text) for code, text in web_labels.DONE.items()},
            **{("states", code): str(text) for code, text in web_labels.STATE.items()},
            **{("measures", code): str(text) for code, text in MEASURE.items()},
            **{("custody", code): str(text) for code, text in web_labels.CUSTODY.items()},
            **{("proof", code): str(text) for code, text in web_labels.PROOF.items()},
        }
    del shown["proof", "claimed"]  # the pages' own word
    assert {
        key: text for key, text in shown.items() if plain(glossary[key][language]) != plain(text)
    } == {}


def test_every_code_of_the_docket_has_a_word() -> None:
    assert set(labels.DO) == set(labels.DONE) == set(ACTS)
    assert set(labels.KIND) == set(KINDS)
    states = {state for act in ACTS.values() for state in (*act.sources, act.target) if state}
    assert states <= set(labels.STATE)
    assert set(labels.FOLLOWS) <= set(ACTS)


def _members(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yield (member, coded value or empty) of a model and those within."""
    for name, field in model.model_fields.items():
        kind, _optional, _many = kind_of(field.annotation)
        yield name, ""
        plain = plain_of(kind)
        if get_origin(plain) is Literal:
            yield from ((name, code) for code in get_args(plain) if isinstance(code, str))
        inner = model_of(kind)
        if inner is not None and inner is not Text:
            yield from _members(inner)


def test_every_member_and_code_of_an_act_has_a_word() -> None:
    for act in ACTS.values():
        for name, code in _members(act.body):
            label = labels.FIELD.get(f"{act.kind}.{name}") or labels.FIELD.get(name)
            assert label, (act.name, name)
            known = f"{name}:{code}" in labels.CODE or (name == "measure" and code in MEASURE)
            assert not code or known, (act.name, name, code)
