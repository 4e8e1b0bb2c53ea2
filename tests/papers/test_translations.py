"""A translation stands beside its source, marked, with the person who answers for it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.bundle.parties import trust_file
from tests.conftest import REPOSITORY
from tests.papers.letters import letter, record_of, request_record
from tests.papers.makers import AT, SYSTEM, flat, text_of
from tests.papers.test_letter_check import judged, words_of

from comity.canonical import ComityError, encode
from comity.cli.court.paper import paper
from comity.cli.court.verify import verify_bundle
from comity.exchange.values import Text
from comity.papers.embedded import embedded_file
from comity.papers.errors import (
    TranslationError,
    TranslationStaleError,
    TranslationUnattestedError,
)
from comity.papers.letter import letter_pdf
from comity.papers.letter_record import INSIDE, read_inside
from comity.papers.translations import (
    Translation,
    free_texts,
    parse_translation,
    read_translation,
    source_of,
)
from comity.papers.words import words

pytestmark = pytest.mark.full  # each paper is typeset

TEXTS = dict(free_texts(request_record().bodies))
ENGLISH = "On 5 January a forged letter of a bank went to 300 people.\nThe money moved at once."


def value_of(**changes: Any) -> dict[str, Any]:
    path = changes.get("section", "grounds/facts")
    told = {
        "attestation": "I am a sworn translator; this is true and complete.",
        "lang": "en",
        "made_by": "Nguyễn Thị An",
        "section": "grounds/facts",
        "source": source_of(TEXTS.get(path, TEXTS["grounds/facts"])),
        "text": ENGLISH,
        "translator": "Nguyễn Thị An, sworn translator",
    }
    return told | changes


def translated(*languages: str, translations: tuple[Translation, ...] = ()) -> bytes:
    found = translations or (parse_translation(value_of()),)
    return letter_pdf(
        request_record(), languages or ("en",), made_at=AT, fonts=SYSTEM, translations=found
    )


def file_of(folder: Path, **changes: Any) -> Path:
    path = folder / "facts.toml"
    rows = [f"{key} = {json.dumps(text, ensure_ascii=False)}\n"
            for key, text in value_of(**changes).items()]  # fmt: skip
    path.write_text("".join(rows), "utf-8")
    return path


@pytest.mark.parametrize("languages", [("en",), ("ar", "en"), ("zh-hans", "fr")], ids="+".join)
def test_a_translation_stands_beside_its_source_and_is_marked(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    read = flat(text_of(translated(*languages), tmp_path))
    assert "Tiền được chuyển trong cùng ngày." in read
    assert "The money moved at once." in read
    assert "Nguyễn Thị An, sworn translator" in read
    for lang in set(languages) - {"ar", "zh-hans"}:
        assert words(lang)("letter.translation.mark", lang="en") in read


def test_two_translations_of_one_text_stand_side_by_side(tmp_path: Path) -> None:
    other = value_of(lang="fr", text="Le 5 janvier, une lettre falsifiée.")
    read = translated("fr", translations=(parse_translation(value_of()), parse_translation(other)))
    told = flat(text_of(read, tmp_path))
    assert "The money moved at once." in told
    assert "une lettre falsifiée" in told


def test_a_letter_with_a_translation_is_proved_and_the_translation_attested() -> None:
    found = judged(translated("ar", "en"))
    assert found.verdict == "proved"
    assert words_of(found)["translation"] == "attested"
    told = next(said.text for said in found.findings if said.what == "translation")
    assert told.startswith("Nguyễn Thị An answers for grounds/facts in en")


def test_a_letter_without_one_carries_the_file_it_always_did() -> None:
    assert set(json.loads(embedded_file(letter(), INSIDE))) == {"languages", "made_at", "record"}


def test_pages_without_the_translation_that_is_inside_are_not_proved() -> None:
    inside = read_inside(embedded_file(translated(), INSIDE))
    assert words_of(judged(letter(), inside))["pages"] == "not-proved"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": "sha256:" + "0" * 64}, "translation-stale"),
        ({"made_by": "DeepL"}, "translation-unattested"),
        ({"section": "grounds/else"}, "translation-malformed"),
    ],
)
def test_a_false_translation_inside_a_letter_is_refused(changes: dict[str, str], code: str) -> None:
    value = json.loads(embedded_file(translated(), INSIDE))
    value["translations"][0] |= changes
    with pytest.raises(ComityError) as fault:
        read_inside(encode(value))
    assert fault.value.code == code


@pytest.mark.parametrize("wrong", [{}, "x", [1], [{}] * 65, [{"text": "x"}]], ids=str)
def test_a_malformed_list_of_translations_is_refused(wrong: object) -> None:
    value = json.loads(embedded_file(translated(), INSIDE)) | {"translations": wrong}
    with pytest.raises(ComityError):
        read_inside(encode(value))


def test_a_translation_of_a_text_that_was_amended_is_stale() -> None:
    other = record_of(grounds={
        "offence": {"lang": "vi", "text": "x"}, "necessity": {"lang": "vi", "text": "x"},
        "facts": {"lang": "vi", "text": TEXTS["grounds/facts"].text + " "},
    })  # fmt: skip
    with pytest.raises(TranslationStaleError):
        letter_pdf(other, ("en",), made_at=AT, fonts=SYSTEM,
                   translations=[parse_translation(value_of())])  # fmt: skip


@pytest.mark.parametrize("name", [
    "DeepL", "Google Translate", "machine", "machine translation", "GPT-4", "chatgpt", "AI", "bot",
    "机器翻译", "自动翻译", "bản dịch máy dịch", "ترجمة آلية", "машинный перевод", "x", "12", "—",
    "tool@example.org", "https://translate.example",
])  # fmt: skip
def test_what_is_no_person_cannot_answer_for_a_translation(name: str) -> None:
    with pytest.raises(TranslationUnattestedError):
        parse_translation(value_of(made_by=name))


@pytest.mark.parametrize("name", [
    "Nguyễn Thị An", "艾未未", "Ai Weiwei", "Marie-Claude O'Neill", "محمد علي", "Li Bing",
])  # fmt: skip
def test_a_persons_name_is_taken_in_any_script(name: str) -> None:
    assert parse_translation(value_of(made_by=name)).made_by == name


@pytest.mark.parametrize(
    "changes",
    [
        {"lang": "english"}, {"lang": "vi"}, {"lang": "VI"}, {"text": " "}, {"text": "x" * 40_001},
        {"attestation": ""}, {"section": "grounds"}, {"section": "../facts"},
        {"section": "request/reference"}, {"made_by": "N" * 201},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_translation_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(TranslationError):
        translated(translations=(parse_translation(value_of(**changes)),))


@pytest.mark.parametrize("changes", [{"source": "00"}, {"text": 1}, {"more": "x"}], ids=str)
def test_a_translation_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ComityError):
        parse_translation(value_of(**changes))


def test_two_translations_into_one_language_are_refused() -> None:
    one = parse_translation(value_of())
    with pytest.raises(TranslationError):
        translated(translations=(one, one))


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"x" * 600_000, b"a = " + b"[" * 5000])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(TranslationError):
        read_translation(data)


def test_the_example_of_the_reference_is_read() -> None:
    page = (REPOSITORY / "docs/reference/translations.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert read_translation(example[1].encode()).made_by == "Nguyen Thi An"


def test_controls_in_a_translation_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    hostile = 'case \u202e6202/44\u202c #read("/etc/passwd") \u2067x\u2069'
    told = value_of(text=hostile, made_by="An\u202eN", attestation=hostile)
    read = text_of(translated("ar", "en", translations=(parse_translation(told),)), tmp_path)
    solid = "".join(read.split())
    assert solid.count("⟨U+202E⟩6202/44⟨U+202C⟩") == 2
    assert "An⟨U+202E⟩N" in solid
    assert "root:" not in solid


def test_forty_thousand_characters_and_their_translation_lose_nothing(tmp_path: Path) -> None:
    source = " ".join(f"s{number:05d}" for number in range(5700))
    target = " ".join(f"t{number:05d}" for number in range(5700))
    facts = {"lang": "vi", "text": source}
    record = record_of(grounds={
        "offence": facts | {"text": "x"}, "necessity": facts | {"text": "x"}, "facts": facts,
    })  # fmt: skip
    told = value_of(source=source_of(Text(**facts)), text=target)
    made = letter_pdf(record, ("ar", "en"), made_at=AT, fonts=SYSTEM,
                      translations=[parse_translation(told)])  # fmt: skip
    read = set(text_of(made, tmp_path).split())
    assert {*source.split(), *target.split()} <= read


def run(*words_: object) -> Result:
    return CliRunner().invoke(paper, [str(word) for word in words_])


def test_the_command_takes_a_file_and_verify_says_who_answers(tmp_path: Path) -> None:
    record, out = tmp_path / "record.json", tmp_path / "letter.pdf"
    record.write_bytes(request_record().data)
    told = run("letter", record, "--lang", "en", "--translation", file_of(tmp_path), "-o", out)
    assert told.exit_code == 0, told.output
    trust = tmp_path / "trust.json"
    trust.write_bytes(trust_file().data)
    result = CliRunner().invoke(verify_bundle, [str(out), "--trust", str(trust)])
    assert result.exit_code == 0, result.output
    assert "attested    translation: Nguyễn Thị An answers for grounds/facts" in result.stdout


def test_a_stale_file_makes_no_letter(tmp_path: Path) -> None:
    record, out = tmp_path / "record.json", tmp_path / "letter.pdf"
    record.write_bytes(request_record().data)
    stale = file_of(tmp_path, source="sha256:" + "1" * 64)
    told = run("letter", record, "--lang", "en", "--translation", stale, "-o", out)
    assert (told.exit_code, out.exists()) == (1, False)
    assert "translation-stale" in told.output


def test_the_texts_of_a_record_are_listed_with_what_a_translation_names(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(request_record().data)
    told = json.loads(run("texts", record, "--json").stdout)["texts"]
    assert {row["section"]: row["source"] for row in told} == {
        path: source_of(text) for path, text in TEXTS.items()
    }
    assert f"grounds/facts  vi  {source_of(TEXTS['grounds/facts'])}" in run("texts", record).stdout
