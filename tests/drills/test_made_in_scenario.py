"""A scenario's exhibit made from a story: read, linted, sealed, and its answers checked."""

from collections.abc import Mapping

import pytest
from tests.drills.making import added, codes
from tests.drills.stories import TEXT, changed, exhibits

from comity.drills import (
    DrillError,
    Scenario,
    exhibit_bytes,
    exhibit_digest,
    exhibit_name,
    lint,
    read_scenario,
)
from comity.drills.answers import is_right, right_answers
from comity.files.instruments import shipped

FORMS = {
    "portal-web": ("text", "log-lines"),
    "disk": ("disk", "disk-image"),
    "wire": ("capture", "note"),
    "mailbox": ("mailbox", "note"),
    "history": ("history", "note"),
}
TASKS = {
    "from-log": 'kind = "find"\nform = "ip"\nanswers = ["198.51.100.23"]\nexhibit = "portal-web"',
    "from-mail": 'kind = "find"\nform = "email"\nanswers = ["billing@harbour-supplies.test"]\n'
    'exhibit = "mailbox"',
    "how-often": 'kind = "count"\ncounts = "198.51.100.23"\nexhibit = "portal-web"',
    "seal": 'kind = "seal"\nexhibit = "disk"',
}


def scenario(
    *, story: str = TEXT, tasks: Mapping[str, str] = TASKS, forms: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Return the blank scenario with exhibits made from the harbour, and tasks about them."""
    more, texts = "", ""
    for key, (usual, kind) in FORMS.items():
        form = (forms or {}).get(key, usual)
        more += f'\n[[exhibit]]\nkey = "{key}"\nform = "{form}"\n'
        more += f'story = "harbour.toml"\nmade = "{key}"\n'
        more += (
            f'\n[[inject]]\nkey = "show-{key}"\nkind = "{kind}"\nminute = 1\nexhibit = "{key}"\n'
        )
        texts += f'\n[injects.show-{key}]\ntitle = "Look"\ntext = "Look at it."\n'
    for key, task in tasks.items():
        more += f'\n[[task]]\nkey = "{key}"\n{task}\npoints = 2\ncite = ["42"]\n'
        texts += f'\n[tasks.{key}]\nask = "What?"\nlearn = "That."\n'
    files = added(more)
    files["texts/en.toml"] += texts.encode()
    return {**files, "stories/harbour.toml": story.encode()}


def read(files: Mapping[str, bytes]) -> Scenario:
    return read_scenario("small", files)


def linted(files: Mapping[str, bytes]) -> Mapping[str, list[str]]:
    return codes(lint("small", files, shipped(), languages=["en"]))


def test_a_scenario_with_made_exhibits_is_sound_and_gives_their_bytes() -> None:
    assert linted(scenario()) == {}
    made = read(scenario())
    for key in FORMS:
        assert exhibit_bytes(made, made.plan.exhibits[key]) == exhibits()[key]
    assert exhibit_name(made, made.plan.exhibits["wire"]) == "wire.pcap"
    assert exhibit_name(made, made.plan.exhibits["portal-web"]) == "portal-web.log"


def test_answers_are_those_of_what_is_made() -> None:
    made = read(scenario())
    tasks = made.plan.tasks
    log = exhibits()["portal-web"].decode().splitlines()
    assert right_answers(made, tasks["how-often"]) == {
        str(sum("198.51.100.23" in line for line in log))
    }
    digest = exhibit_digest(made, made.plan.exhibits["disk"])
    assert digest
    assert is_right(made, tasks["seal"], digest)
    assert not is_right(made, tasks["seal"], "sha256:" + "0" * 64)


def test_a_story_that_moves_its_attacker_leaves_the_answer_behind() -> None:
    files = scenario(story=changed('address = "198.51.100.23"', 'address = "198.51.100.77"'))
    assert linted(files) == {"answer-not-in-exhibit": ["task from-log", "task how-often"]}


def test_a_changed_story_is_another_edition() -> None:
    other = scenario(story=changed("seed = 7", "seed = 8"))
    assert read(other).digest != read(scenario()).digest


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('key = "wire"', 'key = "wires"', "name-unknown", "exhibit wire"),
        ('address = "198.51.100.23"', 'address = "8.8.8.8"', "drill-story-address", ""),
        ('name = "ledger-2026.csv"', 'name = "ledger.exe"', "drill-story-harm", ""),
        ('of = "mina"', 'of = "desk-1"', "drill-story", ""),
        ('of = "mina"', "of = 5", "drill-member", ""),
    ],
)
def test_lint_names_what_is_wrong_with_a_story(old: str, new: str, code: str, key: str) -> None:
    told = linted(scenario(story=changed(old, new)))
    assert code in told
    assert not key or told[code] == [key]
    if code.startswith("drill"):
        assert set(told["exhibit-missing"]) == {f"exhibit {name}" for name in FORMS}
        with pytest.raises(DrillError):
            read(scenario(story=changed(old, new)))


def test_lint_names_an_exhibit_of_another_form_and_one_that_does_not_fit() -> None:
    told = linted(scenario(forms={"mailbox": "history"}))
    assert told["exhibit-unfit"] == ["exhibit mailbox"]
    long = changed("INVOICE 1187\n", "INVOICE 1187\n" + "x" * 99_000 + "\n")
    row = '[[event]]\nkey = "s{0}"\nkind = "file-saved"\nat = 2026-10-29T08:00:00Z\n'
    row += 'on = "desk-1"\nfile = "invoice"\nfolder = "F{0}"\n'
    full = long + "".join(row.format(number) for number in range(20))
    assert "exhibit disk" in linted(scenario(story=full))["exhibit-unfit"]


def test_lines_of_what_has_no_lines_are_not_counted() -> None:
    task = {"how-often": 'kind = "count"\ncounts = "GET"\nexhibit = "wire"'}
    assert linted(scenario(tasks=task))["exhibit-unfit"] == ["task how-often"]


def test_a_story_of_which_nothing_is_made_is_named() -> None:
    files = {**scenario(), "stories/other.toml": TEXT.encode()}
    told = lint("small", files, shipped(), languages=["en"])
    assert [(one.file, one.code) for one in told] == [("stories/other.toml", "exhibit-unused")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('story = "harbour.toml"\n', ""),
        ('made = "wire"\n', ""),
        ('made = "wire"\n', 'made = "wire"\nfiles = ["a.txt"]\n'),
        ('story = "harbour.toml"\nmade = "wire"\n', 'files = ["a.txt"]\n'),
    ],
)
def test_an_exhibit_has_either_files_or_a_story(old: str, new: str) -> None:
    files = scenario()
    head, _, tail = files["scenario.toml"].decode().partition('key = "wire"\n')
    assert old in tail
    plan = f'{head}key = "wire"\n{tail.replace(old, new, 1)}'
    with pytest.raises(DrillError) as caught:
        read({**files, "scenario.toml": plan.encode()})
    assert caught.value.code == "drill-member"
    assert caught.value.facts["key"] == "exhibit wire"


@pytest.mark.parametrize("name", ["stories/Harbour.toml", "stories/a/b.toml", "stories/a.txt"])
def test_a_story_of_a_foreign_name_is_refused(name: str) -> None:
    with pytest.raises(DrillError) as caught:
        read({**scenario(), name: TEXT.encode()})
    assert caught.value.code == "drill-file"
