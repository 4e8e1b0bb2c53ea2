"""A course is read strictly, and a trainer is told everything that is to mend."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.training.making import FILES, known, spoilt
from tests.walks import every

from comity.files.courses import law_knows, names, shipped_course, shipped_files
from comity.training.errors import CourseError, LessonScriptError
from comity.training.model import LANGUAGES
from comity.training.reading import examine, load_course

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "training.md"
LESSON = "en/one.md"
MORE = 'minutes = 5\n[[lesson]]\nkey = "{}"\nminutes = 5'
WRONG = 'b = ["B", "Not that."]'
SPOILT = [
    ("course.toml", "[course]", "[coarse]", "course-member"),
    ("course.toml", 'key = "small"', 'key = "Small!"', "course-member"),
    ("course.toml", "version = 1", 'version = "1"', "course-member"),
    ("course.toml", "version = 1", "version = 1\nowner = 2", "course-member"),
    ("course.toml", "pass_percent = 50", "pass_percent = 101", "course-member"),
    ("course.toml", '["en"]', '["en", "fr"]', "course-text-missing"),
    ("course.toml", '["en"]', '["en", "../en"]', "course-member"),
    ("course.toml", "un-2024:41", "un-2024:99", "course-citation"),
    ("course.toml", "[[lesson]]", "[[lesson", "course-file"),
    ("course.toml", "minutes = 5", MORE.format("one"), "course-duplicate"),
    ("course.toml", "minutes = 5", MORE.format("two"), "course-reference"),
    ("quiz.toml", 'right = ["a"]', "right = []", "course-answer"),
    ("quiz.toml", 'right = ["a"]', 'right = ["a", "b"]', "course-answer"),
    ("quiz.toml", 'right = ["a"]', 'right = ["z"]', "course-answer"),
    ("quiz.toml", 'answers = ["a", "b"]', 'answers = ["a"]', "course-answer"),
    ("quiz.toml", 'answers = ["a", "b"]', 'answers = ["a", "why"]', "course-answer"),
    ("quiz.toml", 'kind = "single"', 'kind = "essay"', "course-member"),
    ("quiz.toml", 'lesson = "one"', 'lesson = "none"', "course-reference"),
    ("quiz.toml", 'key = "tick"', 'key = "pick"', "course-duplicate"),
    ("quiz.toml", "value = 60", 'value = "60"', "course-member"),
    ("en/words.toml", 'title = "Small / course"', 'title = ""', "course-member"),
    ("en/words.toml", "For tests.", "For\u202etests.", "course-text"),
    ("en/words.toml", "[question.tick]", "[question.other]", "course-text-foreign"),
    ("en/words.toml", "[question.tick]", "[question.other]", "course-text-missing"),
    ("en/words.toml", WRONG, "", "course-text-missing"),
    ("en/words.toml", WRONG, 'b = ["B"]', "course-member"),
    ("en/words.toml", WRONG, 'b = ["B", "No."]\nd = ["D", "No."]', "course-text-foreign"),
    ("en/words.toml", 'accept = ["in writing", "écrit", "ب*"]', "accept = []", "course-answer"),
    (LESSON, "# One", "One", "lesson-markup"),
    (LESSON, "Text", "<b>Text</b>", "lesson-markup"),
    (LESSON, "Text", "<!-- hidden -->", "lesson-markup"),
    (LESSON, "Text", "![Text](https://example.org/a.png)", "lesson-markup"),
    (LESSON, "Text", "<script>alert(1)</script>", "lesson-script"),
    (LESSON, "Text", "< SCRIPT src=x>", "lesson-script"),
    (LESSON, "Text", "<img src=x onerror='alert(1)'>", "lesson-script"),
    (LESSON, "(https://example.org/a)", "(javascript:alert)", "lesson-script"),
    (LESSON, "(https://example.org/a)", "(http://example.org/a)", "lesson-link"),
    (LESSON, "(https://example.org/a)", "(//example.org/a)", "lesson-link"),
    (LESSON, "(https://example.org/a)", "(https://user@example.org)", "lesson-link"),
    (LESSON, "(https://example.org/a)", "(../../etc/passwd)", "lesson-link"),
    (LESSON, "(lesson:one)", "(lesson:two)", "lesson-link-dead"),
    (LESSON, "Text", "Te\u200bxt", "course-text"),
]  # fmt: skip


@every(("path", "old", "new", "code"), SPOILT)
def test_what_is_spoilt_is_named_with_its_file(path: str, old: str, new: str, code: str) -> None:
    files = spoilt(path, old, new)
    found = examine(files, known=known, languages=())
    assert code in {problem.code for problem in found.problems}, found.problems
    assert found.course is None
    with pytest.raises(CourseError) as refused:
        load_course(files, known=known)
    assert refused.value.facts["file"]


def test_a_script_is_refused_with_file_and_line() -> None:
    files = spoilt("en/one.md", "Text", "Text\n\n<script>alert(1)</script>\n")
    with pytest.raises(LessonScriptError, match=r"^en/one\.md:5: ") as refused:
        load_course(files, known=known)
    assert (refused.value.facts["file"], refused.value.facts["line"]) == ("en/one.md", 5)


def test_everything_is_told_at_once_with_its_line() -> None:
    files = spoilt("quiz.toml", 'right = ["a"]', "right = []")
    files["en/one.md"] = b"# One\n\n[x](lesson:two)\n"
    files["en/old.md"] = b"# Old\n"
    del files["course.toml"]
    files["course.toml"] = spoilt("course.toml", "un-2024:41", "un-2024:99")["course.toml"]
    found = examine(files, known=known, languages=("fr",)).problems
    assert [(one.file, one.line, one.code) for one in found] == [
        ("course.toml", 0, "course-text-missing"),
        ("course.toml", 10, "course-citation"),
        ("en/old.md", 0, "course-file"),
        ("en/one.md", 3, "lesson-link-dead"),
        ("quiz.toml", 1, "course-answer"),
    ]


@pytest.mark.parametrize("missing", sorted(FILES))
def test_a_missing_file_is_named(missing: str) -> None:
    files = {path: data for path, data in FILES.items() if path != missing}
    with pytest.raises(CourseError):
        load_course(files, known=known)


def test_a_lesson_becomes_html_in_which_every_character_is_escaped() -> None:
    text = (
        "# A < b\r\n\r\n## Two & more\n1 < 2 and **bold <** and *soft* and `x > y`\ngoes on\n\n"
        '- one\n- two [a](https://e.org/?q=1&r="2)\n\n1. first\n2. second\n\n> said\n'
    )
    course = load_course({**FILES, "en/one.md": text.encode()}, known=known)
    lesson = course.texts["en"].lessons["one"]
    assert lesson.title == "A < b"
    assert lesson.html == (
        "<h2>Two &amp; more</h2>\n"
        "<p>1 &lt; 2 and <strong>bold &lt;</strong> and <em>soft</em> and <code>x &gt; y</code>\n"
        "goes on</p>\n"
        '<ul><li>one</li><li>two <a href="https://e.org/?q=1&amp;r=&quot;2"'
        ' rel="noopener noreferrer">a</a></li></ul>\n'
        "<ol><li>first</li><li>second</li></ol>\n"
        "<blockquote><p>said</p></blockquote>\n"
    )


@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.binary(max_size=400)))
def test_no_bytes_raise_anything_but_a_course_error(changed: dict[str, bytes]) -> None:
    with suppress(CourseError):
        load_course({**FILES, **changed}, known=known)


@given(st.text(alphabet="#*`[]()<>!-. \nablesonhtp:/&\"'1", max_size=300))
def test_no_lesson_makes_a_tag_of_its_own(text: str) -> None:
    files = {**FILES, "en/one.md": f"# T\n{text}".encode()}
    examined = examine(files, known=known, languages=())
    if examined.course is not None:
        html = examined.course.texts["en"].lessons["one"].html
        left = html
        for tag in ("p", "h2", "h3", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a"):
            left = left.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        assert all(part.startswith('a href="') for part in left.split("<")[1:])


@pytest.mark.parametrize("piece", ["*", "[", "[a](", "`", "< ", "on", "**a", "javascript "])
def test_a_long_line_takes_a_time_that_grows_with_its_length(piece: str) -> None:
    text = "# T\n" + piece * (60_000 // len(piece))
    examine({**FILES, "en/one.md": text.encode()}, known=known, languages=())


@pytest.mark.parametrize("name", names())
def test_a_shipped_course_is_complete_in_seven_languages(name: str) -> None:
    files = shipped_files(name)
    assert examine(files, known=law_knows(), languages=LANGUAGES).problems == ()


@pytest.mark.parametrize("name", names())
def test_no_language_of_a_shipped_course_repeats_the_english(name: str) -> None:
    course = shipped_course(name)
    english = course.texts["en"]
    for lang in set(LANGUAGES) - {"en"}:
        texts = course.texts[lang]
        for key, question in texts.questions.items():
            assert question.text != english.questions[key].text
            assert question.why != english.questions[key].why or not question.why
        assert all(texts.lessons[key].html != english.lessons[key].html for key in texts.lessons)


@pytest.mark.parametrize("name", names())
def test_the_reference_tells_the_size_of_a_shipped_course(name: str) -> None:
    course = shipped_course(name)
    size = f"{len(course.lessons)} | {course.minutes} | {len(course.questions)}"
    assert f"| `{name}` | {size} |" in REFERENCE.read_text(encoding="utf-8")


def test_what_ships_is_a_course_for_contact_points_and_one_for_examiners() -> None:
    assert names() == ("contact-point-officer", "examiner")
