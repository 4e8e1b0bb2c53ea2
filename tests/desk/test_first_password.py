"""A password that somebody else has seen opens one page: the one where another is chosen."""

import re
from typing import Final

from tests.api.nodes import Pair
from tests.desk.signing_in import Visitor

OWN: Final = "only this person knows it"
CHANGE: Final = "/me/sign-in/password"


def test_a_first_password_must_be_changed_before_anything_else_is_seen(pair: Pair) -> None:
    looks_after, newcomer, later = (Visitor(pair.asking.url) for _ in range(3))
    with looks_after.http, newcomer.http, later.http:
        change_first_password(looks_after, newcomer, later)


def change_first_password(looks_after: Visitor, newcomer: Visitor, later: Visitor) -> None:
    assert looks_after.sign_in("approver").status_code == 302
    made = looks_after.post("/people/add", {"name": "quang", "role": "case"}, seen="/people")
    found = re.search(r"<dt>First password</dt><dd><code[^>]*>([^<]+)<", made.text)
    assert found is not None
    first = found[1]

    assert newcomer.sign_in("quang", first).status_code == 302
    for page in ("/", "/me", "/drafts", "/me/sign-in", "/me/tokens"):
        assert newcomer.http.get(page).headers.get("location", "") in {CHANGE, ""}, page
        assert newcomer.http.get(page).status_code in {302, 404}, page
    assert newcomer.http.get("/api/v1/me").status_code == 403
    asked = newcomer.http.get(CHANGE)
    assert "Another person knows your first password" in asked.text
    assert "/duty/waiting" not in asked.text, "a script that asks, and is refused, reads as a fault"
    same = newcomer.post(CHANGE, {"new": first, "again": first}, seen=CHANGE)
    assert same.status_code == 422
    changed = newcomer.post(CHANGE, {"new": OWN, "again": OWN}, seen=CHANGE)
    assert changed.status_code == 302
    assert newcomer.http.get(changed.headers["location"]).status_code == 200
    assert newcomer.http.get("/api/v1/me").status_code == 200

    given = looks_after.post(
        f"/people/{newcomer.http.get('/api/v1/me').json()['officer']}",
        {"do": "password"},
        seen="/people",
    )
    assert given.status_code == 200
    again = re.search(r"<dt>First password</dt><dd><code[^>]*>([^<]+)<", given.text)
    assert again is not None
    assert later.sign_in("quang", again[1]).status_code == 302
    assert later.http.get("/").headers["location"] == CHANGE


def test_a_name_to_sign_in_with_can_be_told_from_every_other(pair: Pair) -> None:
    looks_after = Visitor(pair.asking.url)
    with looks_after.http:
        assert looks_after.sign_in("approver").status_code == 302
        for name, said in (
            ("la\u202en", "Use letters, digits and"),
            ("lan\u200b", "Use letters, digits and"),
            ("Approver", "already in use"),
            ("n" * 151, "Use at most 150 characters"),
            ("n" * 300, "n" * 300),  # the field still holds all of it, to be corrected
        ):
            made = looks_after.post("/people/add", {"name": name, "role": "case"}, seen="/people")
            assert made.status_code == 422, name
            assert said in made.text, name
            assert not re.search(r"<input[^>]*name=.name.[^>]*maxlength", made.text)  # it cuts
    long = {"name": "n" * 300, "role": "case"}
    told = pair.asking.call("approver", "POST", "/people", json=long)
    assert (told.status_code, told.json()["code"]) == (422, "account-name-long")
