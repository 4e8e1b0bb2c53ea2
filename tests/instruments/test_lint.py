"""What lint tells the author of the data, and the examples it finds on the way."""

import pytest
from tests.instruments.treaty import HEAD, bilateral, instrument, made, rule

from comity.files.instruments import shipped
from comity.instruments import Library, Rule, judge, lint
from comity.instruments.lint import MOMENT, example

FILE = "made/instrument.toml"
WORDS = "made/words/en.toml"
EN = """
[instrument]
title = "Made"
short = "Made"
[articles]
"1" = "Everything"
[offences]
fraud = "Fraud"
theft = "Theft"
[grounds]
security = "Security"
ongoing-case = "A case under way"
taxes = "Taxes"
[rules]
R-1 = "Say why."
"""


def problems(library: Library, languages: tuple[str, ...] = ("en",)) -> set[tuple[str, str, str]]:
    found = lint(library, languages=languages)
    return {(p.file, p.key, p.code) for p in found if p.file.startswith("made/")}


def linted(*rules: str, words: str = EN, head: str = HEAD) -> set[tuple[str, str, str]]:
    return problems(made(*rules, head=head, files={WORDS: words.encode()}))


MEASURE = """
[[measure]]
key = "freezing"
cite = "1"
confidence = "text"
limits = { min_days = 30 }
"""
DAYS = '{shorter-days = ["preservation.start", "preservation.end", 30]}'


def test_sound_data_have_no_problems() -> None:
    assert linted(rule()) == set()


def test_what_is_shipped_is_sound_in_seven_languages() -> None:
    assert lint(shipped()) == []


def test_the_fictitious_treaty_is_sound() -> None:
    found = lint(bilateral(), languages=["en"])
    assert [problem for problem in found if problem.file.startswith("bilateral/")] == []


@pytest.mark.parametrize("line", [line for line in EN.splitlines() if " = " in line])
def test_every_text_is_missed(line: str) -> None:
    ((file, _, code),) = linted(rule(), words=EN.replace(line, ""))
    assert (file, code) == (WORDS, "text-missing")


def test_a_blank_text_is_none() -> None:
    assert linted(rule(), words=EN.replace("Say why.", " ")) == {
        (WORDS, "rules.R-1", "text-missing")
    }


def test_a_text_of_nothing_is_told() -> None:
    assert linted(rule(), words=EN + 'R-2 = "Say when."\n') == {
        (WORDS, "rules.R-2", "text-foreign")
    }


def test_a_language_without_words_is_told_once() -> None:
    library = made(rule(), files={WORDS: EN.encode()})
    assert problems(library, ("en", "fr")) == {("made/words/fr.toml", "", "language-missing")}


def test_english_is_always_due() -> None:
    assert (WORDS, "", "language-missing") in problems(made(rule()), ())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (rule(cite='["1", "2(1)"]'), "R-1"),
        (rule(cite='["11"]'), "R-1"),
        (rule() + '[[safeguard]]\nkey = "care"\ncite = "9"\nconfidence = "low"\n', "care"),
        (rule() + '[[unchecked]]\nkey = "u"\ncite = "9"\nreason = "x"\n', "u"),
    ],
)
def test_an_article_that_is_not_there_is_told(text: str, key: str) -> None:
    words = EN + '[safeguards]\ncare = "Care"\n' if "care" in text else EN
    assert linted(text, words=words) == {(FILE, key, "article-unknown")}


def test_an_article_is_cited_with_its_paragraphs() -> None:
    assert linted(rule(cite='["1(2)(a)-(c)", "1"]')) == set()


def test_a_measure_that_the_instrument_does_not_provide_for_is_told() -> None:
    text = rule(measures='["stored-data", "extradition"]')
    assert linted(text) == {(FILE, "R-1", "measure-unprovided")}
    head = HEAD.replace('measures = ["stored-data"]', 'measures = ["freezing"]')
    assert linted(rule(), head=head) == {(FILE, "security", "measure-unprovided")}


@pytest.mark.parametrize(
    "when",
    [
        '{all = [{present = "case.text"}, {missing = "case.text"}]}',
        '{all = [{is = ["case.scope", "wide"]}, {is = ["case.scope", "narrow"]}]}',
        '{all = [{less = ["case.years", 4]}, {more = ["case.years", 4]}]}',
        '{all = [{before = ["at", "preservation.end"]}, {before = ["preservation.end", "at"]}]}',
        '{all = [{missing = "request.identifiers"}, '
        '{some = ["request.identifiers", {present = "item.value"}]}]}',
        '{is = ["measure", "extradition"]}',
        '{is = ["step", "close"]}',
    ],
)
def test_a_rule_that_nothing_breaches_is_told(when: str) -> None:
    assert linted(rule(when=when)) == {(FILE, "R-1", "never-breached")}


def test_a_rule_that_everything_breaches_is_told() -> None:
    when = '{any = [{present = "case.text"}, {missing = "case.text"}]}'
    assert linted(rule(when=when)) == {(FILE, "R-1", "never-clear")}


def test_a_rule_too_large_to_search_is_told_as_not_found() -> None:
    parts = ", ".join('{less-than = ["case.years", "case.other_years"]}' for _ in range(3))
    hard = ", ".join(f'{{any = [{{less = ["case.years", {n}]}}, {parts}]}}' for n in range(1, 12))
    when = (
        f'{{all = [{hard}, {{less-than = ["case.other_years", "case.years"]}}, '
        '{more = ["case.years", 900]}, {less = ["case.years", 900]}]}'
    )
    assert (FILE, "R-1", "never-breached") in linted(rule(when=when))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (rule(measures='["freezing"]', when=DAYS, limit='"min_days"'), None),
        (rule(measures='["*"]', when=DAYS, limit='"min_days"'), None),
        (
            rule(measures='["freezing"]', when=DAYS.replace("30", "60"), limit='"min_days"'),
            "limit-differs",
        ),
        (rule(measures='["freezing"]', when=f"{{not = {DAYS}}}", limit='"min_days"'), None),
        (rule(measures='["freezing"]', when=DAYS, limit='"max_days"'), "limit-unknown"),
        (rule(when=DAYS, limit='"min_days"'), "limit-unknown"),
    ],
)
def test_a_number_that_differs_from_its_limit_is_told(text: str, code: str | None) -> None:
    words = EN + '[measures]\nfreezing = "Freeze."\n'
    found = linted(text, words=words, head=HEAD + MEASURE)
    assert found == (set() if code is None else {(FILE, "R-1", code)})


def test_words_that_all_share_are_looked_at() -> None:
    words = (
        b'[facts]\n"case.text" = {label = "Text"}\n"case.gone" = {label = "Gone"}\n[own]\nx = "y"\n'
    )
    found = {
        (p.key, p.code)
        for p in lint(made(files={"words/en.toml": words}), languages=["en"])
        if p.file == "words/en.toml"
    }
    assert ("facts.case.text.ask", "text-missing") in found
    assert ("facts.case.text.label", "text-missing") not in found
    assert ("facts.case.gone.label", "text-foreign") in found
    assert ("codes.case.scope.wide", "text-missing") in found
    assert ("measures.preservation", "text-missing") in found
    assert ("steps.draft", "text-missing") in found
    assert ("groups.form", "text-missing") in found
    assert ("outcomes.ready", "text-missing") in found
    assert ("own.x", "text-foreign") not in found
    assert ("facts.at.label", "text-missing") not in found


# ------------------------------------------------------------------ examples


def shipped_rules() -> list[tuple[str, Rule]]:
    return [(i.key, r) for i in shipped().instruments.values() for r in i.rules.values()]


@pytest.mark.parametrize("breach", [True, False])
def test_every_shipped_rule_has_an_example_that_the_judge_agrees_with(breach: bool) -> None:
    library = shipped()
    for key, found in shipped_rules():
        treaty = library.instruments[key]
        facts = example(treaty, found, library.facts, breach=breach)
        assert facts is not None, found.key
        measure, step = facts.pop("measure"), facts.pop("step")
        written = {name: _written(value) for name, value in facts.items()}
        judgement = judge(library, treaty, measure=measure, step=step, facts=written)
        outcomes = {f.rule.key: f.outcome for f in judgement.findings}
        assert outcomes[found.key] == ("breach" if breach else "clear"), found.key


def _written(value: object) -> object:
    """Turn items back into what a person writes."""
    if isinstance(value, tuple) and value and isinstance(value[0], dict):
        return [{name.removeprefix("item."): v for name, v in item.items()} for item in value]
    return value


def test_an_example_says_no_more_than_it_must() -> None:
    library, treaty = instrument(rule())
    found = example(treaty, treaty.rules["R-1"], library.facts, breach=True)
    assert found == {"at": MOMENT, "measure": "stored-data", "step": "draft"}


def test_numbers_that_no_calendar_can_count_do_not_stop_lint() -> None:
    when = (
        '{all = [{less = ["case.years", 1000000000]},'
        ' {before = ["preservation.start", "preservation.end"]}]}'
    )
    _, treaty = instrument(rule(when=when))
    library = made(rule(when=when))
    (found,) = treaty.rules.values()
    assert example(treaty, found, library.facts, breach=True) is not None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("made/instruments.toml", "file-unread"),
        ("made/facts.toml", "file-unread"),
        ("instrument.toml", "file-unread"),
        ("en.toml", "file-unread"),
        ("other/status.toml", "instrument-missing"),
        ("other/words/de.toml", "instrument-missing"),
    ],
)
def test_a_file_that_nothing_reads_is_named(path: str, code: str) -> None:
    library = made(rule(), files={"made/words/en.toml": EN.encode(), path: b""})
    assert (path, "", code) in {(one.file, one.key, one.code) for one in lint(library)}


def test_the_files_of_the_format_are_read() -> None:
    found = lint(shipped())
    assert not [one for one in found if one.code in {"file-unread", "instrument-missing"}]
