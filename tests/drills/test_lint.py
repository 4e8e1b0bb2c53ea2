"""Lint finds everything in one pass, and each kind of fault for its own reason."""

from collections.abc import Mapping

import pytest
from tests.drills.making import DISK, added, codes, digest, packed, spoilt
from tests.walks import every

from comity.drills import Finding, lint
from comity.drills.blank import blank
from comity.drills.errors import NEXT, finding
from comity.files.courses import quizzes
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import shipped


def found(files: Mapping[str, bytes], *, languages: tuple[str, ...] = ("en",)) -> list[Finding]:
    return lint("small", files, shipped(), languages=languages)


def test_a_new_scenario_is_sound_in_english() -> None:
    assert found(blank("small")) == []


def test_a_new_scenario_names_the_languages_that_are_to_be_written() -> None:
    told = found(blank("small"), languages=("en", "ar", "vi"))
    assert [(one.file, one.code) for one in told] == [
        ("texts/ar.toml", "language-missing"),
        ("texts/vi.toml", "language-missing"),
    ]


CLOCK = 'kind = "clock"\ndid = { kind = "sent", type = "request.acknowledged"'
MEASURE = 'kind = "measure"\nanswers = ["preservation"]'
CASES = [
    ('treaty = "un-2024"', 'treaty = "moon"', "treaty-unknown", "scenario"),
    ('character = "prompt"', 'character = "moody"', "character-unknown", "party partner"),
    ('from = "partner"\nthread', 'from = "stranger"\nthread', "name-unknown", "inject request"),
    ('from = "partner"\nthread', 'from = "us"\nthread', "message-impossible", "inject request"),
    ('"request.submitted"', '"request.extended"', "message-impossible", "inject request"),
    ('"request.submitted"', '"request.invented"', "message-impossible", "inject request"),
    ('kind = "message"\nminute', 'kind = "call"\nminute', "message-impossible", "inject request"),
    ('kind = "message"\nminute', 'kind = "log-lines"\nminute', "exhibit-unfit", "inject request"),
    ('trigger = "not-ack', 'trigger = "nobody-ack', "trigger-unused", "trigger not-acknowledged"),
    ('trigger = "not-ack', 'trigger = "nobody-ack', "never-comes", "inject reminder"),
    ("minute = 2\n", "minute = 61\n", "beyond-length", "inject request"),
    ("minute = 2\n", "minute = 61\n", "task-unreachable", "task what-is-asked"),
    ("minute = 2\n", "minute = 50\n", "beyond-length", "trigger not-acknowledged"),
    ('opens = "request"', 'opens = "nothing"', "task-unreachable", "task what-is-asked"),
    (
        'answers = ["preservation"]',
        'answers = ["stealing"]',
        "measure-unknown",
        "task what-is-asked",
    ),
    ('answers = ["preservation"]\n', "", "task-incomplete", "task what-is-asked"),
    ('kind = "measure"', 'kind = "find"', "task-incomplete", "task what-is-asked"),
    ('kind = "measure"', 'kind = "time"', "answer-malformed", "task what-is-asked"),
    ('kind = "measure"', 'kind = "ground"', "ground-unknown", "task what-is-asked"),
    (MEASURE, 'kind = "ground"\nanswers = ["42-4"]', "ground-closed", "task what-is-asked"),
    (MEASURE, 'kind = "article"\nanswers = ["99"]', "article-unknown", "task what-is-asked"),
    ('cite = ["42"]', 'cite = ["420"]', "article-unknown", "task what-is-asked"),
    ("cost = 3", "cost = 11", "hint-cost", "task what-is-asked"),
    ('task = "what-is-asked"', 'task = "another"', "name-unknown", "hint read-again"),
    (
        CLOCK,
        CLOCK.replace("acknowledged", "withdrawn"),
        "trigger-impossible",
        "score acknowledged-soon",
    ),
    ("minute = 10\n", "minute = 70\n", "beyond-length", "good acknowledge"),
    ('reference = "B-17"', 'reference = "we write you once more soon"', "value-wordy", "values"),
]


@every(("old", "new", "code", "key"), CASES)
def test_lint_names_the_fault_and_the_entry(old: str, new: str, code: str, key: str) -> None:
    told = codes(found(spoilt(old, new)))
    assert key in told[code], told


SCORE = "[[score]]\nkey = 'x'\nkind = 'decision'\npoints = 1\ncite = '41'\n"
ADDED = [
    (SCORE + "did = { kind = 'called', to = 'us' }", "trigger-impossible", "score x"),
    (SCORE + "did = { kind = 'sent', type = 'a.b', to = 'partner' }", "name-unknown", "score x"),
    (
        SCORE
        + "did = { kind = 'sent', type = 'request.refused', to = 'voice', thread = 'asked' }\n"
        "[[party]]\nkey = 'voice'\nkind = 'press'\nplayed = 'voice'\n",
        "trigger-impossible",
        "score x",
    ),
    (
        SCORE + "did = { kind = 'sent', type = 'request.refused', to = 'partner', ground = '1' }",
        "ground-unknown",
        "score x",
    ),
    (SCORE + "did = { kind = 'sealed', exhibit = 'none' }", "never-comes", "score x"),
    (SCORE + "did = { kind = 'hint', hint = 'none' }", "never-comes", "score x"),
    (
        SCORE + "did = { kind = 'sent', type = 'request.refused', to = 'partner', about = 'no' }",
        "name-unknown",
        "score x",
    ),
    (
        SCORE.replace("decision", "clock") + "did = { kind = 'called', to = 'partner' }\n"
        "within_minutes = 61\n",
        "beyond-length",
        "score x",
    ),
    (
        "[[good]]\nkey = 'x'\nminute = 1\ndid = { kind = 'recorded', inject = 'request' }\n"
        "cite = '41'\n",
        "beyond-length",
        "good x",
    ),
    (
        "[[thread]]\nkey = 'x'\nasks = 'us'\nasked = 'us'\n",
        "name-unknown",
        "thread x",
    ),
    (
        "[[thread]]\nkey = 'x'\nasks = 'us'\nasked = 'partner'\nmeasure = 'stealing'\n",
        "measure-unknown",
        "thread x",
    ),
    (
        "[[thread]]\nkey = 'x'\nasks = 'us'\nasked = 'voice'\nplayed = 'character'\n"
        "[[party]]\nkey = 'voice'\nkind = 'press'\nplayed = 'voice'\n",
        "character-unknown",
        "thread x",
    ),
    (
        "[[inject]]\nkey = 'x'\nkind = 'message'\nminute = 1\nfrom = 'partner'\n",
        "message-impossible",
        "inject x",
    ),
    (
        "[[exhibit]]\nkey = 'x'\nform = 'disk'\noriginal = 'disk.img.gz.b64'\n"
        f"digest = '{digest(b'another disk')}'\n",
        "exhibit-missing",
        "exhibit x",
    ),
    (
        "[[exhibit]]\nkey = 'x'\nform = 'text'\nfiles = ['requests-one.txt']\n",
        "exhibit-unused",
        "exhibit x",
    ),
]


@pytest.mark.parametrize(("more", "code", "key"), ADDED)
def test_lint_names_what_is_wrong_in_an_entry_more(more: str, code: str, key: str) -> None:
    names = ("requests-one.txt", "requests-two.txt")
    files = added(f"\n{more}") | {f"exhibits/{name}": b"x" for name in names}
    assert key in codes(found(files))[code]


def test_a_character_that_refuses_on_a_ground_the_treaty_lacks_is_named() -> None:
    files = spoilt('treaty = "un-2024"', 'treaty = "coe-2001"')
    files["scenario.toml"] = files["scenario.toml"].replace(b'"prompt"', b'"refusing"')
    assert "party partner" in codes(found(files))["ground-unknown"]


def test_a_folder_that_is_no_scenario_is_one_finding() -> None:
    told = found({"texts/en.toml": b""})
    assert [(one.file, one.code) for one in told] == [("scenario.toml", "drill-file")]


def test_a_finding_without_a_next_step_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        finding("scenario.toml", "", "odd", "is odd")


MORE = """
[[inject]]
key = "egg"
kind = "note"
trigger = "hen"
[[trigger]]
key = "hen"
when = "not-done"
did = { kind = "called", to = "partner" }
after = "inject egg"
within_minutes = 5
"""


def test_a_loop_is_told_once_with_its_whole_ring() -> None:
    told = [one for one in found(added(MORE)) if one.code == "loop"]
    assert [(one.key, one.text) for one in told] == [
        ("inject egg", "waits for itself: inject egg, trigger hen")
    ]


def test_a_trigger_that_waits_for_what_it_brings_never_comes() -> None:
    more = MORE.replace('when = "not-done"', 'when = "done"').replace("within_minutes = 5\n", "")
    more = more.replace('kind = "called", to = "partner"', 'kind = "acknowledged", inject = "egg"')
    told = codes(found(added(more.replace('after = "inject egg"\n', ""))))
    assert told["never-comes"] == ["inject egg", "trigger hen"]


EXHIBIT = """
[[exhibit]]
key = "log"
form = "FORM"
files = ["log.txt"]
[[inject]]
key = "shown"
kind = "KIND"
minute = 1
exhibit = "log"
[[task]]
key = "look"
TASK
exhibit = "log"
opens = "shown"
points = 2
cite = ["28"]
"""


@pytest.mark.parametrize(
    ("task", "log", "codes_"),
    [
        ("kind = 'find'\nform = 'ip'\nanswers = ['192.0.2.1']", b"from 192.0.2.1", []),
        (
            "kind = 'find'\nform = 'ip'\nanswers = ['192.0.2.1']",
            b"from 192.0.2.2",
            ["answer-not-in-exhibit"],
        ),
        (
            "kind = 'find'\nform = 'ip'\nanswers = ['192.0.2.999']",
            b"192.0.2.999",
            ["answer-malformed"],
        ),
        (
            "kind = 'find'\nform = 'aura'\nanswers = ['x']",
            b"x",
            ["answer-malformed", "task-incomplete"],
        ),
        ("kind = 'count'\ncounts = 'failed'", b"failed\nok", []),
        ("kind = 'count'\ncounts = 'denied'", b"failed\nok", ["answer-not-in-exhibit"]),
        ("kind = 'count'", b"failed", ["task-incomplete"]),
        ("kind = 'count'\ncounts = 'failed'", None, ["answer-not-in-exhibit", "exhibit-missing"]),
        ("kind = 'choice'\noptions = ['a', 'b']\nanswers = ['c']", b"x", ["answer-malformed"]),
    ],
)
def test_an_answer_has_to_fit_its_exhibit(task: str, log: bytes | None, codes_: list[str]) -> None:
    plan = EXHIBIT.replace("FORM", "text").replace("KIND", "log-lines").replace("TASK", task)
    files = added(plan) | ({} if log is None else {"exhibits/log.txt": log})
    told = codes(found(files))
    assert sorted(set(told) - {"text-missing"}) == codes_


def test_a_seal_has_to_have_something_to_seal() -> None:
    original = f'original = "d.img.gz.b64"\ndigest = "{digest(DISK)}"'
    plan = EXHIBIT.replace('"FORM"', f'"disk"\n{original}').replace("KIND", "disk-image")
    plan = plan.replace("TASK", "kind = 'seal'")
    files = {**added(plan), "exhibits/log.txt": b"x"}
    there = codes(found({**files, "exhibits/d.img.gz.b64": packed(DISK)}))
    assert "exhibit-unfit" not in there
    assert "answer-not-in-exhibit" not in there
    other = codes(found({**files, "exhibits/d.img.gz.b64": packed(b"another disk")}))
    assert other["exhibit-unfit"] == ["exhibit log"]
    assert other["answer-not-in-exhibit"] == ["task look"]
    assert codes(found(files))["answer-not-in-exhibit"] == ["task look"]


def test_a_file_that_nothing_shows_is_named() -> None:
    told = found({**blank("small"), "exhibits/left.txt": b"x"})
    assert [(one.file, one.code) for one in told] == [("exhibits/left.txt", "exhibit-unused")]


# ------------------------------------------------------------------ texts


def test_texts_are_compared_with_the_entries_in_both_directions() -> None:
    files = spoilt('hints.read-again = "', 'hints.read-never = "', path="texts/en.toml")
    told = codes(found(files))
    assert told == {"text-missing": ["hints.read-again"], "text-foreign": ["hints.read-never"]}


def test_a_place_that_is_no_value_and_one_that_english_lacks() -> None:
    french = b'title = "Un matin {refrence}"\nabout = "{reference}"\n'
    told = codes(found({**blank("small"), "texts/fr.toml": french}))
    assert told["place-unknown"] == ["title"]
    assert told["place-differs"] == ["about", "title"]


def test_a_language_that_is_not_due_owes_no_text_but_may_hold_no_foreign_one() -> None:
    told = codes(found({**blank("small"), "texts/fr.toml": b'title = "Matin"\nx = "y"\n'}))
    assert told == {"text-foreign": ["x"]}


# ------------------------------------------------------------------ in one pass


def test_all_files_are_looked_at_although_some_break_the_format() -> None:
    files = {
        **spoilt('treaty = "un-2024"', 'treaty = "moon"'),
        "texts/fr.toml": b'title = "<b>gras</b>"',
        "texts/ru.toml": b"title = [",
        "exhibits/a.txt": b"<script>",
    }
    told = found(files, languages=("en", "fr", "ru"))
    assert {(one.file, one.code) for one in told} >= {
        ("scenario.toml", "treaty-unknown"),
        ("texts/fr.toml", "drill-text"),
        ("texts/ru.toml", "drill-file"),
        ("exhibits/a.txt", "drill-text"),
    }


def test_a_plan_that_cannot_be_read_is_one_finding_beside_those_of_the_texts() -> None:
    files = {**spoilt("minutes = 60", "minutes = 1"), "texts/fr.toml": b"x = 1"}
    assert [one.code for one in found(files)] == ["drill-member"] * 2
    twice = {**spoilt('key = "partner"', 'key = "us"'), "texts/fr.toml": b"x = 1"}
    assert [one.code for one in found(twice)] == ["drill-duplicate", "drill-member"]


def test_findings_come_in_one_order_and_each_says_what_next() -> None:
    files = spoilt('treaty = "un-2024"', 'treaty = "moon"')
    files["texts/en.toml"] = b""
    told = found(files)
    assert told == sorted(told)
    assert all(one.next.endswith(".") for one in told)


ELSEWHERE = {
    "answer-not-in-exhibit": "test_an_answer_has_to_fit_its_exhibit",
    "drill-duplicate": "test_a_plan_that_cannot_be_read_is_one_finding_beside_those_of_the_texts",
    "drill-file": "test_all_files_are_looked_at_although_some_break_the_format",
    "drill-malformed": "",  # the root of the other codes; nothing bears it itself
    "drill-member": "test_a_plan_that_cannot_be_read_is_one_finding_beside_those_of_the_texts",
    "drill-text": "test_all_files_are_looked_at_although_some_break_the_format",
    "exhibit-missing": "test_an_answer_has_to_fit_its_exhibit",
    "exhibit-unused": "test_a_file_that_nothing_shows_is_named",
    "fact-unknown": "test_a_field_is_a_fact_of_the_law",
    "language-missing": "test_a_new_scenario_names_the_languages_that_are_to_be_written",
    "loop": "test_a_loop_is_told_once_with_its_whole_ring",
    "question-unknown": "test_a_test_names_questions_that_a_course_asks",
    "place-differs": "test_a_place_that_is_no_value_and_one_that_english_lacks",
    "place-unknown": "test_a_place_that_is_no_value_and_one_that_english_lacks",
    "text-foreign": "test_texts_are_compared_with_the_entries_in_both_directions",
    "text-missing": "test_texts_are_compared_with_the_entries_in_both_directions",
}
"""Codes of no row of CASES, and the test that shows each."""


def test_every_kind_of_finding_is_shown_by_a_test() -> None:
    assert {code for _, _, code, _ in CASES} | set(ELSEWHERE) == set(NEXT)
    assert [name for name in ELSEWHERE.values() if name and name not in globals()] == []


def test_a_field_is_a_fact_of_the_law() -> None:
    score = (
        "[[score]]\nkey = 'whole'\nkind = 'complete'\n"
        "did = { kind = 'sent', type = 'request.refused', to = 'partner' }\n"
        "fields = ['case.mood']\npoints = 2\ncite = '40(25)'\n"
    )
    assert codes(found(added(score)))["fact-unknown"] == ["score whole"]


def test_a_test_names_questions_that_a_course_asks() -> None:
    named = ["owl:a", "owl:b", "owl:lost", "owl:c", "mole:a"]
    files = added(f"[test]\nquestions = {named}\n")
    told = lint("small", files, shipped(), languages=["en"], quizzes={"owl": {"a", "b", "c"}})
    assert [(one.key, one.code) for one in told] == [("test", "question-unknown")] * 2
    assert "lost" in told[0].text
    assert "mole" in told[1].text


@pytest.mark.parametrize("name", shipped_names())
def test_what_is_shipped_is_sound_in_every_language(name: str) -> None:
    assert lint(name, read_shipped(name), shipped(), quizzes=quizzes()) == []
