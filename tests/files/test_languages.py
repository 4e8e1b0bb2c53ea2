"""An office adds a language by files alone; what is malformed or hostile is refused by its line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.lawful import law
from tests.files.language_maker import build, portuguese, run, whole
from tests.papers.letters import request_record
from tests.papers.makers import flat, text_of

from comity.files.instruments import library
from comity.files.languages import VARIABLE, english, further, named, with_pages
from comity.instruments.language_files import LanguageError
from comity.node.core.config import NodeConfig

pytestmark = pytest.mark.full

PAGE = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client(SERVER_NAME="localhost")
page = client.get("/sign-in", headers={"accept-language": "%s"}, secure=True)
print(page.content.decode())
"""


@pytest.fixture(autouse=True)
def _no_more_than_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")  # what a failing command leaves is undone


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole(tmp_path_factory.mktemp("pt"), "pt", portuguese)


@pytest.fixture(scope="module")
def hebrew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a language with a script and a direction of its own."""
    folder = tmp_path_factory.mktemp("he")
    return whole(folder, "he", lambda text: f"עברית {text}", "--direction", "rtl")


@pytest.fixture
def spoken(languages: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(languages))
    return languages


def edit(folder: Path, name: str, old: str, new: str) -> int:
    """Change a text of a file; returns the line it stood in."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def own(languages: Path, tmp_path: Path) -> Path:
    """Return a copy of the language that a test may spoil."""
    subprocess.run(["cp", "-r", str(languages / "pt"), str(tmp_path / "pt")], check=True)
    return tmp_path / "pt"


# ------------------------------------------------------------------ a whole language


def test_a_language_that_is_whole_has_nothing_to_mend(languages: Path) -> None:
    result = run("language", "lint", languages)
    assert (result.exit_code, result.output) == (0, "nothing to mend\n")


def test_the_law_speaks_the_language_without_any_code(languages: Path) -> None:
    result = law("show", "un-2024", "preservation", "--languages", languages, "--lang", "pt")
    assert result.exit_code == 0, result.output
    assert "Çã Expedited preservation" in result.stdout
    assert "[en]" not in result.stdout.replace("Çã", "")
    assert named() is None  # an option is for one command


def test_a_letter_is_printed_in_it(languages: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(request_record().data)
    pdf = tmp_path / "letter.pdf"
    words = ("--lang", "pt", "--lang", "en", "--languages", languages, "-o", pdf)
    result = run("paper", "letter", record, *words)
    assert result.exit_code == 0, result.output
    read = flat(text_of(pdf.read_bytes(), tmp_path))
    assert "Çã Request for assistance" in read
    assert "Çã Expedited preservation" in read
    assert "Çã United Nations Convention" in read  # the law's words in the letter


def test_a_letter_in_a_script_from_right_to_left_is_printed(hebrew: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(request_record().data)
    pdf = tmp_path / "letter.pdf"
    result = run("paper", "letter", record, "--lang", "he", "--languages", hebrew, "-o", pdf)
    assert result.exit_code == 0, result.output
    assert "עברית" in text_of(pdf.read_bytes(), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(
    ("tag", "direction", "word"), [("pt", "ltr", "Çã"), ("he", "rtl", "עברית")]
)
def test_a_page_is_shown_in_it(
    tag: str, direction: str, word: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue({"pt": "languages", "he": "hebrew"}[tag])
    node = tmp_path / "node"
    node.mkdir()
    (node / "secret").write_text("s" * 64, "ascii")
    config = NodeConfig(folder=node, party="pt/contact-point", mode="live", languages=str(folder))
    config.write()
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    environment |= {"COMITY_DIR": str(node), "DJANGO_SETTINGS_MODULE": "comity.node.site.settings"}
    made = subprocess.run(
        [sys.executable, "-c", PAGE % tag],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert f'lang="{tag}"' in made.stdout
    assert f'dir="{direction}"' in made.stdout
    assert f"{word} Sign in" in made.stdout
    assert f">{tag.upper()}</option>" in made.stdout


# ------------------------------------------------------------------ a part that lacks


def test_what_is_missing_is_shown_in_english_and_named_by_file_and_line(
    own: Path, tmp_path: Path
) -> None:
    key = '"measures"."preservation" = '
    line = edit(own, "words.toml", key + '"Çã Expedited preservation"', key + '""')
    edit(own, "papers.toml", '"Çã Request for assistance"', '""')
    shown = law("show", "un-2024", "preservation", "--languages", own, "--lang", "pt").stdout
    assert "Expedited preservation [en]" in shown
    told = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert {(one["file"], one["key"], one["code"]) for one in told} == {
        ("pt/words.toml", "measures.preservation", "text-missing"),
        ("pt/papers.toml", "letter.title.request.submitted", "text-missing"),
    }
    assert next(one["line"] for one in told if one["file"] == "pt/words.toml") == line
    record = tmp_path / "record.json"
    record.write_bytes(request_record().data)
    pdf = tmp_path / "letter.pdf"
    made = run("paper", "letter", record, "--lang", "pt", "--languages", own, "-o", pdf)
    assert made.exit_code == 0, made.output
    assert "Request for assistance [en]" in flat(text_of(pdf.read_bytes(), tmp_path))


def test_a_file_that_is_not_there_is_named_and_costs_only_its_texts(own: Path) -> None:
    (own / "un-2024.toml").unlink()
    told = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert [(one["file"], one["code"]) for one in told] == [("pt/un-2024.toml", "file-missing")]
    result = law("show", "un-2024", "42", "--languages", own, "--lang", "pt")
    assert result.exit_code == 0
    assert "[en]" in result.stdout


def test_a_text_of_the_pages_that_is_missing_is_named(own: Path) -> None:
    edit(own, "LC_MESSAGES/django.po", 'msgstr "Çã Sign in"', 'msgstr ""')
    build(own)
    told = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert [(one["code"], one["text"]) for one in told] == [
        ("text-missing", "no text for: Sign in")
    ]


def test_a_catalogue_that_was_not_compiled_is_named(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "LC_MESSAGES/django.mo").unlink()
    told = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert [(one["file"], one["code"]) for one in told] == [
        ("pt/LC_MESSAGES/django.mo", "file-missing")
    ]
    monkeypatch.setenv(VARIABLE, str(own))
    with pytest.raises(LanguageError, match=r"django\.mo"):
        with_pages()


# ------------------------------------------------------------------ hostile folders


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {at.__class__} UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {secret} UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {at!r} UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {at:>99999999} UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {at UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã \\u202emade {at} UTC"'),
        ("papers.toml", '"Çã made {at} UTC"', '"Çã made {at} UTC'),
        ("papers.toml", '"Çã made {at} UTC"', "17"),
        ("words.toml", '"Çã Expedited preservation"', '"Çã \\u2067Preservation of data"'),
        ("words.toml", '"Çã Expedited preservation"', '["Çã"]'),
        ("language.toml", '"ltr"', '"up"'),
        ("language.toml", "fonts = []", "fonts = 7"),
        ("language.toml", "fonts = []", 'code = "import os"'),
    ],
)
def test_a_spoilt_file_is_refused_by_file_and_line(
    own: Path, name: str, old: str, new: str
) -> None:
    line = edit(own, name, old, new)
    (told,) = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert (told["file"], told["code"], told["line"]) == (
        f"pt/{name}",
        "language-malformed",
        line,
    )
    result = law("list", "--languages", own, "--lang", "pt")
    assert result.exit_code == 2
    assert f"pt/{name}:{line}" in result.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('msgstr "Çã %(count)s entries', 'msgstr "Çã %(evil)s entries'),
        ('msgstr "Çã %(count)s entries', 'msgstr "Çã entries'),
        ('msgstr "Çã Sign in"', 'msgstr "<script>alert(1)</script>"'),
        ('msgstr "Çã Sign in"', 'msgstr "Çã \u202eSign in"'),
        ('msgstr[0] "Çã %(count)s', 'msgstr[0] "Çã %(evil)s'),
    ],
)
def test_a_spoilt_catalogue_is_refused(own: Path, old: str, new: str) -> None:
    edit(own, "LC_MESSAGES/django.po", old, new)
    build(own)
    (told,) = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert (told["file"], told["code"]) == ("pt/LC_MESSAGES/django.mo", "language-malformed")


def test_a_catalogue_in_another_encoding_is_refused(own: Path) -> None:
    compiled = own / "LC_MESSAGES" / "django.mo"
    compiled.write_bytes(compiled.read_bytes().replace(b"charset=utf-8", b"charset=utf-7"))
    (told,) = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert (told["file"], told["code"]) == ("pt/LC_MESSAGES/django.mo", "language-malformed")


def test_a_rule_of_plurals_that_is_no_rule_is_refused(own: Path) -> None:
    edit(own, "LC_MESSAGES/django.po", "plural=(n != 1)", "plural=__import__('os')")
    build(own)
    (told,) = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert told["code"] == "language-malformed"


@pytest.mark.parametrize("name", ["papers.toml", "LC_MESSAGES/django.mo"])
def test_ten_megabytes_are_refused(own: Path, name: str) -> None:
    (own / name).write_bytes(b"#" * 10 * 1024 * 1024)
    (told,) = json.loads(run("language", "lint", own, "--json").stdout)["problems"]
    assert (told["file"], told["code"]) == (f"pt/{name}", "language-malformed")


def test_a_shipped_language_is_not_replaced(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.rename(own.parent / "fr")
    monkeypatch.setenv(VARIABLE, str(own.parent))
    with pytest.raises(LanguageError):
        further()


@pytest.mark.parametrize("name", ["PT", "p", "pt.old", "en"])
def test_a_folder_of_no_language_is_refused(own: Path, name: str) -> None:
    own.rename(own.parent / name)
    assert run("language", "new", name, "-o", own.parent / "x", "--name", "X").exit_code == 2
    if name != "en":
        assert run("language", "lint", own.parent).exit_code == 1


def test_a_language_that_exists_is_not_written_over(languages: Path) -> None:
    assert run("language", "new", "pt", "-o", languages, "--name", "P").exit_code == 2


def test_without_the_setting_only_the_shipped_languages_are_there() -> None:
    assert dict(further()) == {}
    assert law("list", "--lang", "pt").exit_code == 2


def test_every_shipped_file_of_words_has_its_file_in_a_language(spoken: Path) -> None:
    assert {path.name for path in (spoken / "pt").glob("*.toml")} == {*english(), "language.toml"}
    assert library().text(None, "measures.preservation", "pt").lang == "pt"


# ------------------------------------------------------------------ fonts


@pytest.mark.parametrize(
    ("tag", "letters", "family"),
    [("lo", "ລາວ", "Noto Sans Lao"), ("km", "ខ្មែរ", "Noto Sans Khmer")],
)
def test_lao_and_khmer_are_printed_with_their_fonts_and_refused_without(
    tag: str, letters: str, family: str, tmp_path: Path
) -> None:
    folder = whole(tmp_path, tag, lambda text: f"{letters} {text}")
    edit(folder / tag, "language.toml", "fonts = []", f'fonts = ["{family}"]')
    record = tmp_path / "record.json"
    record.write_bytes(request_record().data)
    words = ("paper", "letter", record, "--lang", tag, "--languages", folder, "-o")
    made = run(*words, tmp_path / "letter.pdf")
    assert made.exit_code == 0, made.output
    edit(folder / tag, "language.toml", family, "Noto Sans Nowhere")
    (tmp_path / "again").mkdir()
    (folder / tag).rename(tmp_path / "again" / tag)  # a process reads a folder once
    words = ("paper", "letter", record, "--lang", tag, "--languages", tmp_path / "again", "-o")
    refused = run(*words, tmp_path / "other.pdf")
    assert refused.exit_code == 1
    assert "font-missing" in refused.stderr
    assert not (tmp_path / "other.pdf").exists()
