"""What the loader refuses, each for one reason, by code and place."""

import gzip
from base64 import b64encode

import pytest
from tests.drills.making import DISK, added, digest, packed, small, spoilt
from tests.walks import every

from comity.canonical import PeerError
from comity.drills import DrillError, exhibit_bytes, exhibit_name, read_scenario, say
from comity.drills.blank import blank
from comity.drills.reading import MAX_BYTES, MAX_FILES, MAX_ORIGINAL_BYTES

HEAD = 'name = "small"'
TASK = 'key = "what-is-asked"'


@every(
    ("old", "new", "code"),
    [
        (HEAD, f"{HEAD}\ncolour = 1", "drill-member"),
        (HEAD, 'name = "other"', "drill-file"),
        ("minutes = 60", "minutes = 5", "drill-member"),
        ("minutes = 60", 'minutes = "60"', "drill-member"),
        ("minutes = 60", "minutes = 100000", "drill-member"),
        ('modes = ["solo", "team", "table-top"]', "modes = []", "drill-member"),
        ('modes = ["solo", "team", "table-top"]', 'modes = ["live"]', "drill-member"),
        ("begins = 2027-01-04T08:00:00Z", "begins = 2027-01-04T08:00:00", "drill-member"),
        ("begins = 2027-01-04T08:00:00Z", "begins = 0001-01-01T00:00:00+14:00", "drill-member"),
        ('reference = "B-17"', 'Reference = "B-17"', "drill-member"),
        ('reference = "B-17"', "reference = 17", "drill-member"),
        ('[[role]]\nkey = "duty"\n', "", "drill-member"),
        ('played = "team"', 'played = "voice"', "drill-member"),
        ('played = "partner"\n', 'played = "team"\n', "drill-member"),
        ('character = "prompt"\n', "", "drill-member"),
        ('address = "xa/contact-point"', 'address = "Aldoria"', "drill-member"),
        ('kind = "message"\nminute = 2', 'kind = "telegram"\nminute = 2', "drill-member"),
        ('kind = "message"\nminute = 2', 'kind = "message"', "drill-member"),
        ("minute = 2", "minute = -2", "drill-member"),
        (
            'trigger = "not-acknowledged"',
            'trigger = "not-acknowledged"\nminute = 9',
            "drill-member",
        ),
        ('thread = "asked"\ntype', "type", "drill-member"),
        ("within_minutes = 15\n\n[[inject]]", "\n[[inject]]", "drill-member"),
        ('when = "not-done"', 'when = "done"', "drill-member"),
        ('inject = "request" }\nafter', 'task = "request" }\nafter', "drill-member"),
        ('kind = "acknowledged", inject', 'kind = "dreamt", inject', "drill-member"),
        ('after = "inject request"', 'after = "request"', "drill-member"),
        ('kind = "measure"', 'kind = "essay"', "drill-member"),
        ("points = 10\ncite", "points = 0\ncite", "drill-member"),
        ("points = 10\ncite", "points = 100000\ncite", "drill-member"),
        ('cite = ["42"]', "cite = []", "drill-member"),
        ("late_points = 4", "late_points = 10", "drill-member"),
        ('kind = "clock"', 'kind = "decision"', "drill-member"),
        ('kind = "clock"', 'kind = "complete"', "drill-member"),
        ('key = "partner"', 'key = "us"', "drill-duplicate"),
        (HEAD, 'name = "<script>alert(1)</script>"', "drill-text"),
        ('reference = "B-17"', 'reference = "B\\u202e17"', "drill-text"),
        ("version = 1", "version = 1.0", "drill-member"),
        (HEAD, f"{HEAD}\n[", "drill-file"),
        ("minute = 2\n", "minute = 2\ndelay_minutes = 1\n", "drill-member"),
        (
            'inject = "request" }\nafter',
            'inject = "request", right = "yes" }\nafter',
            "drill-member",
        ),
        ('reference = "B-17"', f'reference = "{"x" * 201}"', "drill-member"),
        ('reference = "B-17"', "\n".join(f"v{n} = 'x'" for n in range(201)), "drill-member"),
        ('kind = "clock"', 'kind = "custody"\nsteps = []', "drill-member"),
        (
            "within_minutes = 15\npoints",
            "within_minutes = 15\nfields = ['a b']\npoints",
            "drill-member",
        ),
        ('["preservation"]', str([f"a{n}" for n in range(21)]), "drill-member"),
        ('cite = ["42"]', 'cite = [[[[[[[[[["42"]]]]]]]]]]', "drill-file"),
    ],
)
def test_a_scenario_that_breaks_the_format_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(DrillError) as caught:
        read_scenario("small", spoilt(old, new))
    assert caught.value.code == code
    assert caught.value.facts["file"] == "scenario.toml"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p>",
        "see javascript:alert(1)",
        "see JavaScript :alert(1)",
        "data:text/html,x",
        "&lt;script&gt;",
        "&#60;script",
        "{{ settings.SECRET }}",
        "{% load x %}",
        "${7*7}",
        "a { b",
        "a } b",
        "{Reference}",
        "{reference.__class__}",
        "{reference!r}",
        "hidden \\u200b",
        "turned \\u202e round",
        "x" * 4001,
    ],
)
def test_a_text_that_a_page_could_run_or_no_eye_sees_is_refused(text: str) -> None:
    files = spoilt("A request in the morning", text, path="texts/en.toml")
    with pytest.raises(DrillError) as caught:
        read_scenario("small", files)
    assert caught.value.code == "drill-text"
    assert caught.value.facts == {"file": "texts/en.toml", "key": "title"}


@pytest.mark.parametrize(
    "text", ["a < b and b > a", "5 & 6", "AT&T", "Bits & pieces; and so on", "<3", "1 <= 2"]
)
def test_signs_that_are_no_markup_are_text(text: str) -> None:
    files = spoilt("A request in the morning", text, path="texts/en.toml")
    assert read_scenario("small", files).texts["en"]["title"] == text


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("texts/EN.toml", b"", "drill-file"),
        ("texts/en/more.toml", b"", "drill-file"),
        ("../texts/en.toml", b"", "drill-file"),
        ("exhibits/run.sh", b"", "drill-file"),
        ("exhibits/../a.txt", b"", "drill-file"),
        ("exhibits/page.txt", b"<html>", "drill-text"),
        ("exhibits/blob.txt", b"\xff\xfe\x00", "drill-file"),
        ("exhibits/large.txt", b"x" * (MAX_BYTES + 1), "drill-file"),
        ("exhibits/disk.img", b"", "drill-file"),
        ("exhibits/disk.img.gz.b64", b"", "drill-file"),
        ("exhibits/disk.img.gz.b64", b"<html>", "drill-file"),
        ("exhibits/disk.img.gz.b64", b"\xff\xfe\x00", "drill-file"),
        ("exhibits/disk.img.gz.b64", b64encode(DISK), "drill-file"),
        ("exhibits/disk.img.gz.b64", packed(DISK)[:-9], "drill-file"),
        ("exhibits/disk.img.gz.b64", b64encode(gzip.compress(DISK) * 2), "drill-file"),
        ("exhibits/disk.img.gz.b64", packed(bytes(MAX_ORIGINAL_BYTES + 1)), "drill-file"),
        ("texts/fr.toml", b"title = 5", "drill-member"),
        ("texts/fr.toml", b"title = [", "drill-file"),
        ("texts/fr.toml", "titre = 'é'".encode("latin-1"), "drill-file"),
        ("readme.md", b"", "drill-file"),
    ],
)
def test_a_file_that_is_not_of_the_format_is_refused(path: str, data: bytes, code: str) -> None:
    with pytest.raises(DrillError) as caught:
        read_scenario("small", {**blank("small"), path: data})
    assert caught.value.code == code
    assert caught.value.facts["file"] == path


@pytest.mark.parametrize(
    "entry",
    [
        "[[exhibit]]\nkey = 'x'\nform = 'text'\nfiles = []\n",
        "[[exhibit]]\nkey = 'x'\nform = 'text'\nfiles = ['a.txt', 'b.txt']\n",
        f"[[exhibit]]\nkey = 'x'\nform = 'text'\nfiles = ['a.txt']\ndigest = '{digest(DISK)}'\n",
        "[[exhibit]]\nkey = 'x'\nform = 'disk'\nfiles = ['a.txt']\n",
        "[[exhibit]]\nkey = 'x'\nform = 'disk'\noriginal = 'd.img.gz.b64'\n",
        "[[exhibit]]\nkey = 'x'\nform = 'disk'\noriginal = 'd.img.gz.b64'\ndigest = 'sha256:0'\n",
        f"[[exhibit]]\nkey = 'x'\nform = 'disk'\noriginal = 'd.img'\ndigest = '{digest(DISK)}'\n",
        "[[trigger]]\nkey = 'x'\nwhen = 'done'\n"
        "did = { kind = 'answered', task = 'what-is-asked', right = 'maybe' }\n",
        "[[trigger]]\nkey = 'x'\nwhen = 'done'\ndid = 'something'\n",
        "[[good]]\nkey = 'x'\n",
        "[[role]]\nkey = 'two words'\n",
        "[[role]]\nkey = 5\n",
        "[[unknown]]\nkey = 'x'\n",
        "[role]\nkey = 'x'\n",
    ],
)
def test_an_entry_that_breaks_the_format_is_refused(entry: str) -> None:
    with pytest.raises(DrillError) as caught:
        read_scenario("small", added(f"\n{entry}"))
    assert caught.value.code in {"drill-member", "drill-file"}


def test_a_team_gets_an_original_unpacked_under_its_own_name() -> None:
    entry = f"form = 'capture'\noriginal = 'wire.pcap.gz.b64'\ndigest = '{digest(DISK)}'\n"
    files = added(f"\n[[exhibit]]\nkey = 'x'\n{entry}")
    files["exhibits/wire.pcap.gz.b64"] = packed(DISK)
    scenario = read_scenario("small", files)
    exhibit = scenario.plan.exhibits["x"]
    assert exhibit_bytes(scenario, exhibit) == DISK
    assert exhibit_name(exhibit) == "wire.pcap"
    files["exhibits/wire.pcap.gz.b64"] = packed(b"another capture")
    assert exhibit_bytes(read_scenario("small", files), exhibit) is None


def test_more_bytes_than_all_may_have_are_refused() -> None:
    many = {f"exhibits/{number}.txt": b"x" * MAX_BYTES for number in range(9)}
    with pytest.raises(DrillError, match="bytes in all"):
        read_scenario("small", {**blank("small"), **many})


def test_english_stands_in_for_a_text_and_nothing_stands_in_for_english() -> None:
    scenario = small()
    assert say(scenario.plan, scenario.texts, "title", "fr")[1] == "en"
    with pytest.raises(DrillError) as caught:
        say(scenario.plan, {}, "title", "fr")
    assert caught.value.code == "drill-text-missing"


def test_too_many_files_are_refused() -> None:
    many = {f"exhibits/{number}.txt": b"" for number in range(MAX_FILES)}
    with pytest.raises(DrillError, match="more than 64 files"):
        read_scenario("small", {**blank("small"), **many})


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(DrillError, match="more than 200"):
        read_scenario("small", added("".join(f'[[role]]\nkey = "r{n}"\n' for n in range(200))))


@pytest.mark.parametrize("name", ["", "Upper", "two words", "../up", "-a", "a" * 65])
def test_a_folder_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(DrillError):
        read_scenario(name, blank("small"))


def test_a_scenario_without_its_file_is_refused() -> None:
    with pytest.raises(DrillError, match="is not there"):
        read_scenario("small", {"texts/en.toml": b""})


def test_every_refusal_is_somebody_elses_fault() -> None:
    assert issubclass(DrillError, PeerError)


def test_any_changed_byte_makes_another_edition() -> None:
    files = spoilt("A request in the morning", "A request at noon", path="texts/en.toml")
    assert read_scenario("small", files).digest != small().digest


def test_a_task_that_is_not_named_is_not_read_twice() -> None:
    files = added(f"\n[[task]]\n{TASK}\nkind = 'text'\nanswers = ['x']\npoints = 1\ncite = '1'\n")
    with pytest.raises(DrillError) as caught:
        read_scenario("small", files)
    assert caught.value.code == "drill-duplicate"
