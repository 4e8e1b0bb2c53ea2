"""Two officers destroy an exhibit: never one alone, never twice, and a kill loses nothing."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import Office, Pair, eventually
from tests.desk.reading import acts_of, newest
from tests.desk.test_case import accepted_request
from tests.forked import run
from tests.nodes.moving import Sealed, made_package

from comity.client.api import Api

ORDER = {"reason": "Judgment final; order 9/2026"}


@pytest.fixture
def sealed(pair: Pair, tmp_path: Path) -> Sealed:
    made = made_package(tmp_path, 9000, seed=int.from_bytes(os.urandom(4)))
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(accepted_request(pair), made.offer, made.path, acquired="By order")
    session.close()
    return made


def path(sealed: Sealed) -> str:
    return f"/exhibits/{sealed.root}/destruction"


def bytes_of(office: Office, sealed: Sealed) -> Path:
    (found,) = office.process.config.vault.rglob(sealed.root)
    return found


def chain(office: Office, sealed: Sealed) -> list[str]:
    told = office.ok("approver", "GET", f"/exhibits/{sealed.root}/passport")["passport"]
    return [one["event"]["event"] for one in told["events"]]


def code(office: Office, who: str, method: str, at: str, **more: Any) -> str:
    return str(office.call(who, method, at, **more).json()["code"])


def test_an_order_of_one_officer_destroys_nothing(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    assert office.call("author", "POST", at, json=ORDER).status_code == 202
    assert bytes_of(office, sealed).exists()
    assert chain(office, sealed) == ["acquired", "sealed"]
    plan = office.ok("author", "GET", at)
    assert (plan["officers"], plan["ordered_by"]) == (2, "author")
    assert code(office, "author", "POST", at, json=ORDER) == "destruction-ordered"
    assert code(office, "author", "POST", f"{at}/confirmation") == "destruction-same-officer"
    assert bytes_of(office, sealed).exists()


def test_a_second_officer_confirms_and_stands_in_the_chain(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    place = bytes_of(office, sealed)
    office.ok("author", "POST", at, json=ORDER)
    before = newest(office)
    assert office.ok("approver", "GET", f"{at}/confirmation")["ordered_by"] == "author"
    assert acts_of(office, "approver", before) == ["exhibit.read"], "its reason was shown"
    made = office.ok("approver", "POST", f"{at}/confirmation")["custody"][-1]
    assert made["event"] == "destroyed"
    assert made["by"] == office.ok("author", "GET", "/me")["officer"]
    assert office.ok("approver", "GET", "/me")["officer"] in made["reason"]
    assert not place.exists()
    assert code(office, "examiner", "POST", f"{at}/confirmation") == "destruction-ended"


def command(office: Office, who: str, *words: str, folder: Path) -> tuple[int, str]:
    token = folder / f"{who}.token"
    token.write_text(office.tokens[who])
    token.chmod(0o600)
    done = run(
        [
            *(sys.executable, "-m", "comity", "exhibit", "destroy", *words),
            *("--node", office.url, "--token-file", str(token)),
        ],
        input="y\n",
        text=True,
        capture_output=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_second_officer_confirms_by_the_command_line(
    pair: Pair, sealed: Sealed, tmp_path: Path
) -> None:
    office, exhibit, who = pair.asked, sealed.root, "approver"
    status, told = command(office, who, exhibit, "--confirm", folder=tmp_path)
    assert (status, "destruction-ended" in told) == (1, True)
    reason = ["--reason", ORDER["reason"], "--yes"]
    assert command(office, "author", exhibit, *reason, folder=tmp_path)[0] == 0
    status, told = command(office, who, exhibit, "--confirm", "--dry-run", folder=tmp_path)
    assert (status, chain(office, sealed)[-1]) == (0, "sealed"), told
    status, told = command(office, who, exhibit, "--confirm", folder=tmp_path)
    assert status == 0, told
    assert f"ordered by author: {ORDER['reason']}" in told  # seen before it is confirmed
    assert chain(office, sealed)[-1] == "destroyed"


def test_a_withdrawn_order_is_confirmed_by_nobody(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    office.ok("author", "POST", at, json=ORDER)
    assert office.call("approver", "DELETE", at).status_code == 204
    assert code(office, "approver", "POST", f"{at}/confirmation") == "destruction-ended"
    assert bytes_of(office, sealed).exists()


def test_a_hold_that_came_after_the_order_stops_it(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    office.ok("author", "POST", at, json=ORDER)
    held = {"event": "held", "decision": "High Court 12", "reason": "appeal"}
    office.ok("author", "POST", f"/exhibits/{sealed.root}/events", json=held)
    assert code(office, "approver", "POST", f"{at}/confirmation") == "exhibit-held"
    assert bytes_of(office, sealed).exists()
    assert office.ok("author", "GET", at)["ordered_by"] == "author"  # the order still waits


def test_an_account_without_a_certificate_is_no_second_officer(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    office.ok("author", "POST", at, json=ORDER)
    answer = office.call("examiner", "POST", f"{at}/confirmation")
    assert (answer.status_code, answer.json()["code"]) == (403, "second-officer")
    assert bytes_of(office, sealed).exists()
    office.ok("approver", "POST", f"{at}/confirmation")


def test_of_officers_who_confirm_at_once_one_does(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    office.ok("author", "POST", at, json=ORDER)
    people = ["approver", "examiner"] * 4
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda who: office.call(who, "POST", f"{at}/confirmation"), people))
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == 1
    assert set(codes) <= {201, 409, 403}, "an examiner without a certificate is no second officer"
    assert chain(office, sealed).count("destroyed") == 1


def test_of_officers_who_order_at_once_one_does(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    people = ["author", "examiner"] * 3
    with ThreadPoolExecutor(len(people)) as pool:
        answers = pool.map(lambda who: office.call(who, "POST", at, json=ORDER), people)
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5


def test_a_process_that_is_killed_between_the_steps_goes_on(pair: Pair, sealed: Sealed) -> None:
    office, at = pair.asked, path(sealed)
    office.ok("author", "POST", at, json=ORDER)
    restart(office)
    assert office.ok("author", "GET", at)["ordered_by"] == "author"
    place = bytes_of(office, sealed)
    aside = place.with_suffix(".aside")
    place.rename(aside)
    place.mkdir()
    (place / "in the way").touch()  # decided, and the store refuses
    assert not office.call("approver", "POST", f"{at}/confirmation").is_success
    assert chain(office, sealed)[-1] == "sealed"  # not said before it is done
    office.process.kill()
    (place / "in the way").unlink()
    place.rmdir()
    aside.rename(place)
    office.process.start()
    office.process.wait_ready()
    eventually(lambda: chain(office, sealed)[-1] == "destroyed")
    assert not place.exists()


def restart(office: Office) -> None:
    office.process.kill()
    office.process.start()
    office.process.wait_ready()
