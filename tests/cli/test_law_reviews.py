"""Two people verify a rule by signing it; one person, a stranger or an old signature does not."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.lawful import KEY, NOT_JUDGED, law, own_law, told

from comity.cli import main

pytestmark = pytest.mark.full  # each step is a command of its own

ROSA, OTTO, EVE = "Rosa Blum", "Otto Stein", "Eve Fremd"
FUNCTION = ("--function", "Ministry of Justice")


class Office:
    """An office with the law of the how-to, three keys, and a list that trusts two people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.laws = own_law(folder)
        self.request = folder / "request.toml"
        self.trust = folder / "reviewers.toml"
        for name in (ROSA, OTTO, EVE):
            made = CliRunner().invoke(main, ["officer", "keygen", "-o", str(self.key(name))])
            assert made.exit_code == 0, made.output
        self.trusts(ROSA, OTTO)

    def key(self, name: str) -> Path:
        return self.folder / f"{name.split(maxsplit=1)[0].lower()}.json"

    def trusts(self, *names: str) -> None:
        rows = []
        for name in names:
            jwk = json.loads(self.key(name).with_suffix(".json.pub").read_text(encoding="utf-8"))
            members = ", ".join(f"{member} = {json.dumps(value)}" for member, value in jwk.items())
            rows.append(
                f'[[reviewer]]\nname = "{name}"\nfunction = "Ministry of Justice"\n'
                f"keys = [{{{members}}}]\n"
            )
        self.trust.write_text("\n".join(rows), encoding="utf-8")

    def sign(self, name: str, *rules: str, key: str = "", more: tuple[str, ...] = ()) -> int:
        result = law(
            "verify", KEY, *rules, "--as", name, *FUNCTION, "--key", self.key(key or name),
            "--instruments", self.laws, *(more or ("--yes",)),
        )  # fmt: skip
        return result.exit_code

    def reviews(self) -> list[Path]:
        return sorted((self.folder / "reviews").glob("*"))

    def check(self, status: int = NOT_JUDGED, *more: object) -> str:
        value = told(
            "check", self.request, "--instruments", self.laws, "--trust", self.trust, *more,
            status=status,
        )  # fmt: skip
        (finding,) = value["findings"]
        return str(finding["effective"])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_rule_stops_a_step_only_when_two_people_have_signed_it(office: Office) -> None:
    assert office.check() == "warn"
    assert office.sign(ROSA, "RG-01") == 0
    assert office.check() == "warn"
    assert office.sign(OTTO, "RG-01") == 0
    assert office.check(1) == "block"
    rows = {r["key"]: r for r in told(
        "list", "--instruments", office.laws, "--trust", office.trust
    )["instruments"]}  # fmt: skip
    assert (rows[KEY]["verified"], rows["un-2024"]["verified"]) == (1, 0)


def test_without_a_list_of_reviewers_nobodys_word_counts(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    value = told("check", office.request, "--instruments", office.laws)
    assert value["outcome"] == "not-judged"
    text = law("check", office.request, "--instruments", office.laws).stdout
    assert "no rule counts as verified" in text


def test_one_person_who_signs_twice_is_one_person(office: Office) -> None:
    assert [office.sign(ROSA, "RG-01"), office.sign(ROSA, "RG-01")] == [0, 0]
    assert office.check() == "warn"


def test_a_stranger_and_a_borrowed_name_do_not_count(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(EVE, "RG-01")
    office.sign(OTTO, "RG-01", key=EVE)
    assert office.check() == "warn"
    value = told("check", office.request, "--instruments", office.laws, "--trust", office.trust)
    assert set(value["refused_reviews"].values()) == {"key-unknown"}


@pytest.mark.parametrize(("name", "key"), [(EVE, EVE), (OTTO, ROSA), (OTTO, EVE)])
def test_who_is_not_on_the_list_is_told_before_anything_is_written(
    office: Office, name: str, key: str
) -> None:
    more = ("--yes", "--trust", str(office.trust))
    assert office.sign(name, "RG-01", key=key, more=more) == 2
    assert office.reviews() == []


def test_a_changed_condition_is_read_again_and_changed_words_are_not(office: Office) -> None:
    office.sign(ROSA, "RG-01", "RG-02")
    office.sign(OTTO, "RG-01", "RG-02")
    words = office.laws / KEY / "words" / "en.toml"
    words.write_text(words.read_text("utf-8").replace("thirty", "30"), encoding="utf-8")
    trusted = ("--instruments", office.laws, "--trust", office.trust)
    assert [r["key"] for r in told("verify", KEY, "--list", *trusted)["waiting"]] == ["RG-03"]
    rules = office.laws / KEY / "instrument.toml"
    rules.write_text(rules.read_text("utf-8").replace('end", 30]', 'end", 31]'), encoding="utf-8")
    value = told("verify", KEY, "--list", *trusted)
    assert [rule["key"] for rule in value["waiting"]] == ["RG-02", "RG-03"]
    assert sorted(row["name"] for row in value["outdated"]) == [OTTO, ROSA]


def test_a_confirmation_is_taken_back(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    assert office.check(1) == "block"
    assert office.sign(OTTO, "RG-01", more=("--yes", "--withdraw")) == 0
    assert office.check() == "warn"
    assert len(office.reviews()) == 3  # what was signed stays


def test_a_dry_run_shows_the_condition_and_writes_nothing(office: Office) -> None:
    result = law(
        "verify", KEY, "RG-01", "--as", ROSA, *FUNCTION, "--key", office.key(ROSA),
        "--instruments", office.laws, "--dry-run",
    )  # fmt: skip
    assert result.exit_code == 0
    assert "“Necessity” is not given" in result.stdout
    assert "nothing was signed" in result.stdout
    assert office.reviews() == []


def test_a_person_who_says_no_signs_nothing(office: Office) -> None:
    words = [
        "law", "verify", KEY, "RG-01", "--as", ROSA, *FUNCTION, "--key", str(office.key(ROSA)),
        "--instruments", str(office.laws),
    ]  # fmt: skip
    assert CliRunner().invoke(main, words, input="n\n").exit_code == 1
    assert office.reviews() == []
    assert CliRunner().invoke(main, words, input="y\n").exit_code == 0
    assert len(office.reviews()) == 1


@pytest.mark.parametrize("left_out", ["--as", "--function", "--key", "rule"])
def test_an_incomplete_signature_is_refused(office: Office, left_out: str) -> None:
    given = {"--as": ROSA, "--function": "Minister", "--key": str(office.key(ROSA))}
    words = [w for name, value in given.items() if name != left_out for w in (name, value)]
    rules = [] if left_out == "rule" else ["RG-01"]
    result = law("verify", KEY, *rules, *words, "--instruments", office.laws, "--yes")
    assert (result.exit_code, office.reviews()) == (2, [])


def test_a_shipped_rule_is_signed_into_a_folder_that_is_named(office: Office) -> None:
    words = ("verify", "un-2024", "R-030", "--as", ROSA, *FUNCTION, "--key", office.key(ROSA))
    assert law(*words, "--yes").exit_code == 2
    into = office.folder / "signed"
    into.mkdir()
    value = told(*words, "--yes", "--reviews", into, "--trust", office.trust)
    assert [review["name"] for review in value["rules"][0]["reviews"]] == [ROSA]
    assert [Path(name).parent for name in value["files"]] == [into]


def test_the_list_tells_that_a_second_person_is_needed(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    trusted = ("--instruments", office.laws, "--trust", office.trust)
    text = law("verify", KEY, "--list", *trusted).stdout
    assert "3 of 3 rules wait" in text
    assert f"read by {ROSA} (Ministry of Justice)" in text
    assert "a second person is needed" in text


# ------------------------------------------------------------------ overrides


def override(office: Office, **changed: str) -> Path:
    rule = told("explain", "RG-01", "--instruments", office.laws)
    members = {
        "rule_digest": rule["digest"],
        "by": "Head of division Lind",
        "at": "2026-02-28T08:00:00Z",
        "reasons": "Danger to life.",
        **changed,
    }
    file = office.folder / "override.toml"
    lines = (f"{name} = {json.dumps(value)}" for name, value in members.items())
    file.write_text("[[override]]\n" + "\n".join(lines), encoding="utf-8")
    return file


def test_a_named_official_goes_on_in_spite_of_a_rule(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    assert office.check(0, "--override", override(office)) == "warn"
    words = ("--instruments", office.laws, "--trust", office.trust)
    text = law("check", office.request, *words, "--override", override(office)).stdout
    assert "overridden by Head of division Lind, 2026-02-28: Danger to life." in text


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"rule_digest": "sha256:" + "0" * 64}, 1),  # another edition of the rule
        ({"at": "2026-03-02T08:00:00Z"}, 1),  # after the moment of judging
        ({"by": " "}, 2),
        ({"reasons": ""}, 2),
        ({"by": "\u200b"}, 2),
        ({"at": "yesterday"}, 2),
        ({"rule_digest": "RG-01"}, 2),
        ({"other": "x"}, 2),
    ],
)
def test_an_override_that_does_not_fit_does_not_help(
    office: Office, changed: dict[str, str], status: int
) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    result = law(
        "check", office.request, "--instruments", office.laws, "--trust", office.trust,
        "--override", override(office, **changed),
    )  # fmt: skip
    assert result.exit_code == status, result.output


def written(office: Office, at: str) -> Path:
    file = override(office)
    line = 'at = "2026-02-28T08:00:00Z"'
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, at), encoding="utf-8")
    return file


def test_the_moment_of_an_override_is_told_in_utc(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    value = told(
        "check", office.request, "--instruments", office.laws, "--trust", office.trust,
        "--override", written(office, "at = 2026-02-28T08:00:00+14:00"), status=0,
    )  # fmt: skip
    assert value["findings"][0]["overridden"]["at"] == "2026-02-27T18:00:00Z"


@pytest.mark.parametrize(
    "at", ["", "at = 2026-02-28T08:00:00", "at = 2026-02-28", "at = 0001-01-01T00:00:00+14:00"]
)
def test_an_override_without_a_moment_is_none(office: Office, at: str) -> None:
    result = law(
        "check", office.request, "--instruments", office.laws, "--override", written(office, at)
    )
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit), result.output


def test_a_file_of_overrides_is_read_whole_or_not_at_all(office: Office) -> None:
    file = override(office)
    file.write_text("#" * 1024 * 1024 + "\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    result = law("check", office.request, "--instruments", office.laws, "--override", file)
    assert result.exit_code == 2


def test_what_is_no_file_among_the_reviews_is_passed_over(office: Office) -> None:
    office.sign(ROSA, "RG-01")
    office.sign(OTTO, "RG-01")
    os.mkfifo(office.folder / "reviews" / "a.json")  # who opens it waits for a writer
    (office.folder / "reviews" / "b.json").mkdir()
    assert office.check(1) == "block"


def test_nobody_signs_for_one_instrument_the_rule_of_another(office: Office) -> None:
    assert office.sign(ROSA, "un-2024/R-008") == 2
    assert office.reviews() == []
    assert office.sign(ROSA, f"{KEY}/RG-01") == 0


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_nobody_signs_without_a_name(office: Office, name: str) -> None:
    assert office.sign(name, "RG-01", key=ROSA) == 2
    assert office.reviews() == []
