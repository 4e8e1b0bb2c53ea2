"""What was said in a step of the set-up is shown again and kept, and refused where it is wrong."""

import html
import re
from pathlib import Path

import pytest
from tests.operation.test_setup import added, begun
from tests.operation.wizard import OFFICE, Browser, Wizard

from comity.node.core.clock import now
from comity.node.operations.setup_wizard.progress import Progress
from comity.node.people.office_settings import MAX_NAME_CHARS, OfficeSettingError, check

pytestmark = pytest.mark.full  # processes


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "office" / "node"


def shown(inside: Browser, path: str) -> dict[str, str | list[str]]:
    """Return what a page's largest form would send as it stands."""
    page = max(
        re.findall(r"<form method=\"post\".*?</form>", inside.get(path).text, re.DOTALL), key=len
    )
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if facts["type"] in {"checkbox", "radio"} and " checked" not in tag:
            continue
        value = html.unescape(facts.get("value", "on"))
        if facts["type"] == "checkbox":
            several = found.setdefault(facts["name"], [])
            assert isinstance(several, list)
            several.append(value)
        else:
            found[facts["name"]] = value
    for name, inner in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    areas = re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    for name, inner in areas:
        found[name] = html.unescape(inner).strip()
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_every_answer_of_the_office_is_shown_again_and_kept(place: Path) -> None:
    said = {**OFFICE, "treaty_coe_2001": "in-force", "roles": "ministry", "reach": "by-document"}
    said = {**said, "languages": ["en", "vi"]}
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert inside.post("/office", **said).status_code == 302
        kept = Progress(place).read()["office"]
        assert inside.post("/office", **{**said, "phone": "wrong"}).status_code == 422
    with Wizard(place) as again:
        inside = again.inside()
        found = shown(inside, "/office")
        assert found == said
        renamed = {**found, "office_name": "Phòng khác"}
        assert inside.post("/office", **renamed).status_code == 302
    assert Progress(place).read()["office"] == {**kept, "office_name": "Phòng khác"}


def test_declarations_are_shown_again_and_left_out_with_their_treaty(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        text = {"un-2024:reserve-preservation": "Only serious offences.", "language": "fr"}
        assert inside.post("/declarations", **text).status_code == 302
        assert text.items() <= shown(inside, "/declarations").items()
        whole = text | {name: "Reserved. " * 399 + "The end." for name in text if ":" in name}
        assert inside.post("/declarations", **whole).status_code == 302
        assert whole.items() <= shown(inside, "/declarations").items()
        longer = {name: value * 2 for name, value in whole.items() if ":" in name}
        refused = inside.post("/declarations", **whole | longer)
        assert (refused.status_code, "at most 4000 characters" in refused.text) == (422, True)
        assert whole.items() <= shown(inside, "/declarations").items(), "what was there stays"
        assert inside.post("/declarations", **text).status_code == 302
        assert "--declaration" in inside.get("/entry").text
        entered = shown(inside, "/office")
        assert inside.post("/office", **{**entered, "treaty_un_2024": "none"}).status_code == 302
        assert "--declaration" not in inside.get("/entry").text


def test_what_goes_into_the_entry_alone_can_change_after_the_keys(place: Path) -> None:
    none = {name: "none" for name in OFFICE if name.startswith("treaty_")}
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **{**OFFICE, **none})
        inside.post("/keys")
        inside.post("/officer-ca", later="1")
        page = inside.get("/declarations").text
        assert "No treaty is stated" in page
        assert '<a href="/office">State treaties' in page
        said = {**shown(inside, "/office"), "treaty_un_2024": "in-force", "party": "za/other"}
        assert inside.post("/office", **said).status_code == 302
        assert "No treaty is stated" not in inside.get("/declarations").text
        kept = Progress(place).read()["office"]
        assert (kept["party"], kept["tls_name"]) == (OFFICE["party"], OFFICE["tls_name"])
        inside.post("/declarations", language="en")
        assert "un-2024=in-force" in inside.get("/entry").text


def test_the_keys_are_made_after_every_answer_was_seen(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        inside.post("/office", **OFFICE)
        page = inside.get("/keys").text
        for answer in ("vn/contact-point", "Exercise: no real data", "+84 24 0000 0000", "English",
                       "Tiếng Việt", "node.example", "8700", "signed, not in force",
                       "in force for your State", "Small office"):  # fmt: skip
            assert answer in page, answer
        assert "Partners connect to it at the name above" in page


def test_a_ceremony_that_was_held_is_not_forgotten_by_going_on(place: Path) -> None:
    progress, held = Progress(place), {"at": "2026-12-01T00:00:00+00:00", "keeper": "Lan"}
    place.mkdir(parents=True)
    progress.put("ceremony", held)
    progress.postpone("ceremony", at=now())
    progress.postpone("echo", at=now())
    assert progress.read()["ceremony"] == held
    assert set(progress.read()["echo"]) == {"later"}
    assert progress.path.stat().st_mode & 0o777 == 0o600


def test_a_person_who_was_refused_is_still_typed(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        inside.post("/partners", done="1")
        added(inside, "hoa", "approver")
        answer = inside.post("/people", name="hoa", role="auditor")  # the name is taken
        assert answer.status_code == 422
        assert re.search(r'<input[^>]*name="name"[^>]*value="hoa"|value="hoa"[^>]*name="name"',
                         answer.text)  # fmt: skip
        assert '<option value="auditor" selected>' in answer.text


UNSEEN = ["\u202e", "\u200f", "\u2066", "\u0007", "\u00ad"]


@pytest.mark.parametrize("sign", UNSEEN)
def test_an_office_name_with_what_cannot_be_seen_is_refused(sign: str) -> None:
    with pytest.raises(OfficeSettingError, match=rf"U\+{ord(sign):04X}"):
        check("office_name", f"Office{sign}name")


def test_a_name_that_turns_around_or_is_too_long_is_refused_at_its_field(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert "maxlength" not in inside.get("/office").text  # a browser cuts what is pasted
        for sign in UNSEEN:
            answer = inside.post("/office", **{**OFFICE, "office_name": f"Of{sign}fice"})
            assert answer.status_code == 422
            assert 'id="id_office_name_error"' in answer.text
            assert f"U+{ord(sign):04X}" in answer.text
        long = inside.post("/office", **{**OFFICE, "office_name": "a" * (MAX_NAME_CHARS + 1)})
        assert 'id="id_office_name_error"' in long.text
        none = inside.post("/office", **{**OFFICE, "languages": [], "reach": ""})
        assert "Select at least one language." in none.text
        assert "Select how partners connect." in none.text
        assert inside.where() == "/office"
        begun(inside)
        turned = {"un-2024:reserve-preservation": "Only \u202eserious offences.", "language": "en"}
        refused = inside.post("/declarations", **turned)
        assert (refused.status_code, "U+202E" in refused.text) == (422, True)
        assert "maxlength" not in refused.text


def test_the_terminal_is_told_of_no_typing_error_and_files_are_the_owners(place: Path) -> None:
    with Wizard(place) as wizard:
        stranger = wizard.browser()
        assert stranger.post("/code", code="AAAA-AAAA-AAAA").status_code == 403
        inside = wizard.inside()
        assert inside.post("/office", **{**OFFICE, "phone": "1"}).status_code == 422
        assert inside.get("/nowhere").status_code == 404
        begun(inside)
        wizard.process.kill()
        _, told = wizard.process.communicate(timeout=60)
    assert told == ""
    written = [one for one in place.parent.rglob("*") if one.is_file()]
    assert Progress(place).path in written
    loose = [str(one) for one in written if one.stat().st_mode & 0o077]
    assert loose == []
