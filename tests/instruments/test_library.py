"""Files of the law: what is read, what is refused, where the error points, what an edition is."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.treaty import FACTS, FOLDER, HEAD, bilateral, made, rule
from tests.walks import every

from comity.canonical import digest, digest_text, encode
from comity.files.errors import NotFoundError
from comity.files.instruments import library as laid_over
from comity.files.instruments import read_folder, shipped
from comity.instruments import MEASURES, STEPS, Library, Wording
from comity.instruments.errors import (
    InstrumentError,
    LawConditionError,
    LawDuplicateError,
    LawFileError,
    LawMemberError,
    LawReferenceError,
    LawTextError,
    LawTextMissingError,
)
from comity.instruments.library import MAX_BYTES, MAX_FILES, MAX_TEXT, MAX_TOTAL_BYTES, read_table

EN = b'[instrument]\ntitle = "Made"\n[rules]\nR-1 = "Say why."\n'


# ------------------------------------------------------------------ what is read


def test_no_rule_advises_a_mark_that_no_form_has() -> None:
    """Whether a request is an exercise is its node's mode; no officer marks it."""
    library = shipped()
    advice = [
        (name, key)
        for name in library.instruments
        for key, text in library.words(name, "en").entries.items()
        if key.startswith("rules.") and "exercise" in text
    ]
    assert advice == []


def test_the_fictitious_treaty_is_read_from_its_folder() -> None:
    treaty = bilateral().instruments["bilateral"]
    assert treaty.number == 1
    assert treaty.authentic == ("en", "fr")
    assert set(treaty.articles) == {"1", "2", "3", "4"}
    assert set(treaty.offences) == {"illegal-access", "fraud"}
    assert treaty.measures["preservation"].limits == {"preservation_min_days": 30}
    assert treaty.grounds["4-a"].consult
    assert list(treaty.rules) == ["T-01", "T-02", "T-03", "T-04", "T-05"]
    assert treaty.unchecked["good-faith"].reason
    assert treaty.entry is not None
    assert treaty.entry.in_force is not None


def test_a_measure_is_provided_for_with_a_table_of_its_own_or_by_being_covered() -> None:
    treaty = bilateral().instruments["bilateral"]
    provided = [measure for measure in MEASURES if treaty.provides(measure)]
    assert provided == ["preservation", "subscriber-data", "stored-data"]


def test_a_folder_laid_over_the_shipped_ones_is_one_more_instrument() -> None:
    found = laid_over(FOLDER.parent)
    assert set(found.instruments) == {*shipped().instruments, "bilateral"}
    assert laid_over(FOLDER).instruments["bilateral"] == found.instruments["bilateral"]


def test_shipped_instruments_are_read_once() -> None:
    assert shipped() is shipped() is laid_over()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_folder(tmp_path / "nowhere")


def test_only_toml_is_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "made" / "words").mkdir(parents=True)
    (tmp_path / "made" / "instrument.toml").write_bytes(b"a = 1")
    (tmp_path / "made" / "words" / "en.toml").write_bytes(b"b = 2")
    (tmp_path / "made" / "notes.txt").write_bytes(b"c")
    (tmp_path / "made" / "words" / "deeper").mkdir()
    (tmp_path / "made" / "words" / "deeper" / "en.toml").write_bytes(b"d = 4")
    assert read_folder(tmp_path) == {
        "made/instrument.toml": b"a = 1",
        "made/words/en.toml": b"b = 2",
    }
    assert read_folder(tmp_path / "made") == read_folder(tmp_path)


def test_an_office_adds_facts_and_words_but_changes_none() -> None:
    base = {"facts.toml": FACTS, "words/en.toml": b'[steps]\ndraft = "Draft"\n'}
    more = {
        "facts.toml": b'[[fact]]\nkey = "own.fact"\ntype = "flag"\n',
        "words/en.toml": b'[facts]\n"own.fact" = {label = "Ours"}\n',
    }
    found = Library(base, more)
    assert found.facts["own.fact"].kind == "flag"
    assert found.text(None, "facts.own.fact.label", "en").text == "Ours"
    assert found.text(None, "steps.draft", "en").text == "Draft"
    for layer in (
        {"facts.toml": b'[[fact]]\nkey = "case.text"\ntype = "flag"\n'},
        {"words/en.toml": b'[steps]\ndraft = "Mine"\n'},
    ):
        with pytest.raises(LawDuplicateError):
            Library(base, layer)


def test_an_office_cannot_replace_a_shipped_instrument() -> None:
    layer = {"made/instrument.toml": HEAD.encode()}
    with pytest.raises(LawDuplicateError):
        Library({"facts.toml": FACTS, **layer}, layer)


def test_an_office_may_add_a_status_file_to_a_shipped_instrument() -> None:
    base = {
        "facts.toml": FACTS,
        "made/instrument.toml": HEAD.encode(),
        "made/status.toml": b"a = 1",
    }
    found = Library(base, {"made/status.toml": b"a = 2"})
    assert found.instruments["made"].status == ({"a": 1}, {"a": 2})
    assert found.instruments["made"].digest == Library(base).instruments["made"].digest


# ------------------------------------------------------------------ texts


def test_a_text_is_found_by_its_key_and_says_whether_it_was_reviewed() -> None:
    found = made(rule(), files={"made/words/en.toml": b'reviewed_by = "A. Lawyer"\n' + EN})
    assert found.text("made", "rules.R-1", "en") == Wording("Say why.", "A. Lawyer", "en")


def test_where_a_language_lacks_a_text_the_english_one_is_marked_as_such() -> None:
    found = made(
        files={
            "made/words/en.toml": EN,
            "made/words/fr.toml": b'[rules]\nR-1 = "Dites pourquoi."\n',
        }
    )
    assert found.text("made", "rules.R-1", "fr") == Wording("Dites pourquoi.", "", "fr")
    assert found.text("made", "instrument.title", "fr") == Wording("Made", "", "en")
    assert found.text("made", "rules.R-1", "vi").lang == "en"
    assert found.languages("made") == ("en", "fr")
    assert found.languages(None) == ()


def test_a_text_that_no_language_has_is_told() -> None:
    with pytest.raises(LawTextMissingError) as caught:
        made().text("made", "rules.R-1", "en")
    assert caught.value.facts["key"] == "rules.R-1"


# ------------------------------------------------------------------ editions


def test_the_edition_is_the_digest_of_the_data() -> None:
    found = made(files={"made/words/en.toml": EN}).instruments["made"]
    assert found.digest == digest_text(digest("instrument", encode(dict(found.value))))


@pytest.mark.parametrize(
    "other",
    [made(rule(effect='"warn"')), made(rule(), head=HEAD.replace("number = 1", "number = 2"))],
)
def test_any_change_of_the_data_is_another_edition(other: Library) -> None:
    first = made(rule()).instruments["made"].digest
    assert other.instruments["made"].digest != first


def test_words_and_their_translations_make_no_other_edition() -> None:
    first = made(rule()).instruments["made"].digest
    for files in ({"made/words/en.toml": EN}, {"made/words/fr.toml": EN}):
        assert made(rule(), files=files).instruments["made"].digest == first


def test_layout_and_comments_are_no_change() -> None:
    first = made(rule()).instruments["made"].digest
    assert made("# a comment\n", rule()).instruments["made"].digest == first


# ------------------------------------------------------------------ a rule's digest


def of(*rules: str, head: str = HEAD) -> str:
    return made(*rules, head=head).instruments["made"].rules["R-1"].digest


GROUND = rule(when='{not = {ground = ["decision.grounds", "measure"]}}')
LISTED = rule(when='{not = {listed = "case.offence"}}')


@pytest.mark.parametrize("member", ["cite", "measures", "steps", "group", "effect", "confidence"])
def test_a_change_of_any_member_is_another_rule(member: str) -> None:
    other = {
        "cite": '["1", "1(2)"]',
        "measures": '["*"]',
        "steps": '["draft", "receive"]',
        "group": '"form"',
        "effect": '"warn"',
        "confidence": '"low"',
    }
    assert of(rule(**{member: other[member]})) != of(rule())


def test_that_nobody_verified_it_in_the_data_is_no_part_of_a_rule() -> None:
    assert of(rule(verified="false")) == of(rule())


def test_the_same_rule_of_another_instrument_is_another_rule() -> None:
    head = HEAD.replace('key = "made"', 'key = "other"')
    found = Library(
        {"facts.toml": FACTS, "other/instrument.toml": (head + rule()).encode()}
    ).instruments["other"]
    assert found.rules["R-1"].digest != of(rule())


@pytest.mark.parametrize(("text", "looks"), [(GROUND, "security"), (LISTED, "theft")])
def test_a_rule_that_looks_into_a_list_changes_with_the_list(text: str, looks: str) -> None:
    head = HEAD.replace(f'"{looks}"', '"something-else"')
    assert of(text, head=head) != of(text)
    assert of(rule(), head=head) == of(rule())


# ------------------------------------------------------------------ what is refused


ARTICLE = '[[article]]\nkey = "2"\n'

REFUSED: dict[str, tuple[Callable[[], object], type[InstrumentError]]] = {
    "an unknown table": (lambda: made("[[clause]]\n"), LawMemberError),
    "a table that is no list": (lambda: made(head=HEAD + "[rule]\n"), LawMemberError),
    "an unknown member": (lambda: made(rule(colour='"red"')), LawMemberError),
    "an unknown member of the head": (
        lambda: made(head=HEAD.replace("number = 1", "number = 1\ncolour = 1")),
        LawMemberError,
    ),
    "no head": (lambda: made(head=""), LawMemberError),
    "another folder's key": (
        lambda: made(head=HEAD.replace('"made"', '"mad"')),
        LawMemberError,
    ),
    "no number": (lambda: made(head=HEAD.replace("number = 1", "")), LawMemberError),
    "no key": (lambda: made(rule(key=None)), LawMemberError),
    "a key that is none": (lambda: made(rule(key='"a b"')), LawMemberError),
    "no citation": (lambda: made(rule(cite=None)), LawMemberError),
    "an empty citation": (lambda: made(rule(cite="[]")), LawMemberError),
    "no confidence": (lambda: made(rule(confidence=None)), LawMemberError),
    "an unknown confidence": (lambda: made(rule(confidence='"sure"')), LawMemberError),
    "no measures": (lambda: made(rule(measures=None)), LawMemberError),
    "all measures and one": (lambda: made(rule(measures='["*", "freezing"]')), LawMemberError),
    "an unknown measure": (lambda: made(rule(measures='["tea"]')), LawMemberError),
    "an unknown measure of its own": (
        lambda: made('[[measure]]\nkey = "tea"\ncite = "1"\nconfidence = "text"\n'),
        LawMemberError,
    ),
    "no steps": (lambda: made(rule(steps="[]")), LawMemberError),
    "an unknown step": (lambda: made(rule(steps='["sleep"]')), LawMemberError),
    "a step twice": (lambda: made(rule(steps='["draft", "draft"]')), LawDuplicateError),
    "an unknown group": (lambda: made(rule(group='"misc"')), LawMemberError),
    "an unknown effect": (lambda: made(rule(effect='"stop"')), LawMemberError),
    "a flag that is a text": (lambda: made(rule(policy='"yes"')), LawMemberError),
    "verified by a word": (lambda: made(rule(verified="true")), LawMemberError),
    "no condition": (lambda: made(rule(when=None)), LawConditionError),
    "a condition that is none": (lambda: made(rule(when="{}")), LawConditionError),
    "a fact that is not there": (
        lambda: made(rule(when='{present = "case.invented"}')),
        LawReferenceError,
    ),
    "a fraction": (lambda: made(rule(policy="0.5")), LawMemberError),
    "a rule twice": (lambda: made(rule(), rule()), LawDuplicateError),
    "an article twice": (lambda: made(ARTICLE, ARTICLE), LawDuplicateError),
    "delays of two kinds": (
        lambda: made(
            head=HEAD.replace("[[article]]", "[instrument.entry]\ndelay_days = 1\n"
                              "delay_months = 1\n[[article]]", 1)
        ),
        LawMemberError,
    ),
    "a limit that is no number": (
        lambda: made(
            '[[measure]]\nkey = "freezing"\ncite = "1"\nconfidence = "text"\n'
            'limits = {min_days = "30"}\n'
        ),
        LawMemberError,
    ),
    "a limit below nought": (
        lambda: made(
            '[[measure]]\nkey = "freezing"\ncite = "1"\nconfidence = "text"\n'
            "limits = {min_days = -1}\n"
        ),
        LawMemberError,
    ),
    "a file that is no TOML": (lambda: made("[[rule]\n"), LawFileError),
    "a member twice": (lambda: made(rule() + 'key = "R-2"\n'), LawFileError),
    "words that are no texts": (
        lambda: made(files={"made/words/en.toml": b"[rules]\nR-1 = 1\n"}),
        LawMemberError,
    ),
    "words nested too deeply": (
        lambda: made(files={"made/words/en.toml": b"a.b.c.d.e.f.g = 'x'\n"}),
        LawMemberError,
    ),
    "one key reached in two ways": (
        lambda: made(files={"made/words/en.toml": b"[rules]\nR-1.x = 'a'\n'R-1.x' = 'b'\n"}),
        LawDuplicateError,
    ),
    "a reviewer who is no text": (
        lambda: made(files={"made/words/en.toml": b"reviewed_by = true\n"}),
        LawMemberError,
    ),
}  # fmt: skip


@every("name", REFUSED)
def test_data_that_breaks_the_format_is_refused(name: str) -> None:
    attempt, kind = REFUSED[name]
    with pytest.raises(InstrumentError) as caught:
        attempt()
    assert type(caught.value) is kind
    assert str(caught.value.facts["file"]).startswith("made/")


def test_an_error_names_the_rule() -> None:
    with pytest.raises(LawMemberError) as caught:
        made(rule(), rule(key='"R-2"', effect='"stop"'))
    assert caught.value.facts == {"file": "made/instrument.toml", "key": "rule R-2"}


@pytest.mark.parametrize(
    "fact",
    [
        'key = "a.b"',
        'key = "a.b"\ntype = "word"',
        'key = "a.b"\ntype = "text"\nvalues = ["x"]',
        'key = "a.b"\ntype = "text"\nmembers = {x = "text"}',
        'key = "a.b"\ntype = "items"\nmembers = {x = "items"}',
        'key = "a.b"\ntype = "items"\nmembers = 7',
        'key = "a.b"\ntype = "flag"\nlabel = "x"',
        'key = "at"\ntype = "text"',
        'key = "measure"\ntype = "flag"',
        'type = "text"',
    ],
)
def test_a_fact_that_breaks_the_format_is_refused(fact: str) -> None:
    with pytest.raises(LawMemberError):
        Library({"facts.toml": f"[[fact]]\n{fact}\n".encode()})


@pytest.mark.parametrize(
    "path",
    [
        "made/instrument.json",
        "../instrument.toml",
        "made/../instrument.toml",
        "/instrument.toml",
        "Made/instrument.toml",
        "made/texts/en.toml",
        "made/words/en/gb.toml",
        "ratification/en.toml",
        "made/words/EN.toml",
        "made/instrument.toml\n",
        "",
    ],
)
def test_a_name_that_the_format_does_not_know_is_refused(path: str) -> None:
    with pytest.raises(LawFileError):
        Library({path: b""})


def test_too_much_is_refused() -> None:
    with pytest.raises(LawFileError):
        read_table("facts.toml", b"#" * (MAX_BYTES + 1))
    with pytest.raises(LawFileError):
        Library({f"a{number}.toml": b"" for number in range(MAX_FILES + 1)})
    with pytest.raises(LawFileError):
        read_table("facts.toml", b"a = " + b"[" * 5000 + b"]" * 5000)
    with pytest.raises(LawFileError):
        read_table("facts.toml", b"a = " + b"[" * 40 + b"]" * 40)
    with pytest.raises(LawMemberError):
        made(*(f'[[article]]\nkey = "{number}"\n' for number in range(2, 1100)))


@every(
    "hidden",
    [
        "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\u061c", "\x1b", "\x00", "\r", "\u00ad",
        "\u180e", "\u3164", "\ufe0f", "\ufffa", "\U000e0041",
    ],
)  # fmt: skip
@every("text", ['a = "x{}y"', 'a = ["x", {{b = "x{}y"}}]', '"x{}y" = 1'])
def test_a_text_with_what_no_eye_sees_is_refused(hidden: str, text: str) -> None:
    with pytest.raises(LawTextError):
        read_table("words/ar.toml", text.format(f"\\U{ord(hidden):08x}").encode())


def test_an_overlong_text_is_refused() -> None:
    assert read_table("words/en.toml", b'a = "' + b"x" * MAX_TEXT + b'"')
    with pytest.raises(LawTextError):
        read_table("words/en.toml", b'a = "' + b"x" * (MAX_TEXT + 1) + b'"')


def test_arabic_and_chinese_are_texts_like_others() -> None:
    assert read_table("words/ar.toml", 'a = "اتفاقية"\nb = "两\\n行"'.encode())


@given(st.text(max_size=120) | st.binary(max_size=120).map(lambda data: data.decode("latin-1")))
def test_no_bytes_raise_anything_but_our_errors(text: str) -> None:
    with contextlib.suppress(InstrumentError):
        made(text)


def test_there_is_a_word_for_every_measure_and_step_that_is_shipped() -> None:
    for key in (*(f"measures.{m}" for m in MEASURES), *(f"steps.{s}" for s in STEPS)):
        assert shipped().text(None, key, "en").text


def test_words_that_another_layer_adds_make_no_other_edition() -> None:
    base = {"facts.toml": FACTS, "made/instrument.toml": HEAD.encode()}
    alone = Library(base)
    later = Library(base, {"made/words/de.toml": b'[instrument]\ntitle = "Abkommen"\n'})
    assert later.text("made", "instrument.title", "de").text == "Abkommen"
    assert later.instruments["made"].digest == alone.instruments["made"].digest


@pytest.mark.parametrize(
    "head",
    [
        HEAD + "[instrument.entry]\nthreshold = 1\ndelay_days = 99999999999\n",
        HEAD + "[instrument.entry]\nthreshold = 1\ndelay_days = 30\nlater_delay_months = 200000\n",
        HEAD + '[[measure]]\nkey = "preservation"\ncite = "1"\nconfidence = "text"\n'
        "limits = {preservation_min_days = 9007199254740991}\n",
    ],
)
def test_what_no_calendar_can_count_is_refused(head: str) -> None:
    with pytest.raises(LawMemberError):
        made(head=head)


def test_a_folder_of_large_files_is_not_held_in_memory(tmp_path: Path) -> None:
    for number in range(2 * MAX_TOTAL_BYTES // MAX_BYTES):
        with (tmp_path / f"f{number}.toml").open("wb") as file:
            file.truncate(MAX_BYTES)
    read = read_folder(tmp_path)
    assert sum(map(len, read.values())) <= MAX_TOTAL_BYTES + MAX_BYTES
    with pytest.raises(LawFileError):
        Library(read)
