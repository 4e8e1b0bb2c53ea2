"""Setting a node up in the browser: who may, what is asked, and what an interruption costs."""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.operation.conftest import comity
from tests.operation.wizard import OFFICE, Browser, Wizard, without_roster

from comity.evidence import age_keys
from comity.node.core.config import NodeConfig, load_config
from comity.node.core.randomness import random_bytes
from comity.node.operations.setup_wizard.setup_code import MAX_WRONG

pytestmark = pytest.mark.full


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "office" / "node"


# ------------------------------------------------------------------ who may


def test_without_the_code_nothing_is_shown_and_nothing_is_taken(place: Path) -> None:
    with Wizard(place) as wizard:
        stranger = wizard.browser()
        for path in ("/office", "/keys", "/people", "/keys/list", "/ceremony/paper", "/finish"):
            assert stranger.get(path).headers["location"] == "/code"
            assert stranger.post(path, **OFFICE).status_code == 403
        port = wizard.url.rpartition(":")[2]
        stranger.client.cookies.set(f"comity-setup-{port}", "A" * 43)
        assert stranger.get("/office").headers["location"] == "/code"
    assert not place.exists()


@pytest.mark.long
def test_the_code_is_taken_once_so_a_second_browser_stays_outside(place: Path) -> None:
    with Wizard(place) as wizard:
        typed = wizard.code.lower().replace("-", " ")  # as people type
        typed = f"\u200f{typed}\u200e\u2069\u00a0"  # as a page from right to left is copied
        first, second = wizard.browser(), wizard.browser()
        wrong = first.post("/code", code="AAAA-AAAA-AAAA").text
        assert f"{MAX_WRONG - 1} tries are left" in wrong
        assert first.post("/code", code=typed).status_code == 302
        assert second.post("/code", code=wizard.code).status_code == 403
        assert first.where() == "/office"
        assert second.where() == "/code"


def test_five_wrong_codes_end_the_set_up_and_the_right_one_opens_nothing_after(place: Path) -> None:
    with Wizard(place) as wizard:
        stranger = wizard.browser()
        for _ in range(MAX_WRONG):
            assert stranger.post("/code", code="AAAA-AAAA-AAAA").status_code == 403
        with contextlib.suppress(httpx.TransportError):  # it has ended already
            assert stranger.post("/code", code=wizard.code).status_code == 403
        assert wizard.ended() == 1


@pytest.mark.long
def test_the_network_cannot_reach_it_and_a_proxy_in_front_is_refused(place: Path) -> None:
    with Wizard(place) as wizard:
        port = int(wizard.url.rpartition(":")[2])
        for other in ("127.0.0.2", "::1"):
            with pytest.raises(OSError, match=r"refused|assign|unreachable"):
                socket.create_connection((other, port), timeout=5).close()
        for header in ("X-Forwarded-For", "Forwarded", "Via"):
            relayed = httpx.get(f"{wizard.url}/code", headers={header: "x"}, timeout=60)
            assert relayed.status_code == 403
        told = {"Host": "evil.example"}
        rebound = httpx.get(f"{wizard.url}/code", headers=told, timeout=60)
        assert rebound.status_code == 400  # a page elsewhere cannot borrow the browser


@pytest.mark.long
def test_a_form_from_elsewhere_is_refused_and_pages_are_strict(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert inside.client.post("/office", data=OFFICE).status_code == 403
        headers = inside.get("/office").headers
        assert "'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")


@pytest.mark.long
def test_no_second_set_up_of_one_folder_runs_beside_the_first(place: Path) -> None:
    with Wizard(place):
        said = refused("setup-runs", place, "--port", 0)
    assert "Ctrl-C" in said


def refused(code: str, *words: object) -> str:
    """Run a set-up that cannot begin; return what it says to do next."""
    asked = [sys.executable, "-m", "comity", "setup", *map(str, words)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {1, 2}
    assert f"error [{code}]" in done.stderr
    before, _, following = done.stderr.partition("  next: ")
    assert before.startswith("error"), done.stderr
    return before + following


@pytest.mark.long
def test_two_set_ups_share_one_browser(place: Path, tmp_path: Path) -> None:
    with Wizard(place) as one, Wizard(tmp_path / "other" / "node") as two:
        here = one.inside()
        there = two.browser()
        there.client.cookies = here.client.cookies.jar  # one browser: cookies do not know ports
        assert there.post("/code", code=two.code).status_code == 302
        assert (here.where(), there.where()) == ("/office", "/office")
        page = here.get("/office").text
        assert there.post("/office", **OFFICE).status_code == 302
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        data = {"csrfmiddlewaretoken": found[1], **OFFICE}  # of the page that was open all along
        assert here.client.post("/office", data=data).status_code == 302
        names = [cookie.name for cookie in here.client.cookies.jar]
    ports = [wizard.url.rpartition(":")[2] for wizard in (one, two)]
    assert {f"comity-setup-{port}{end}" for port in ports for end in ("", "-csrf")} <= set(names)


@pytest.mark.long
def test_a_port_that_is_taken_is_said_with_what_to_do(place: Path) -> None:
    for family, address in (("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")):
        with socket.socket(getattr(socket, family)) as other:
            try:
                other.bind((address, 0))
            except OSError:
                assert family == "AF_INET6"  # a machine without IPv6 has no other loopback
                continue
            other.listen()
            port = other.getsockname()[1]
            said = refused("listen-taken", place, "--port", port)
        assert f"port {port} is taken" in said, address
        assert "another by --port" in said, address


@pytest.mark.long
@pytest.mark.parametrize("name", ["node.example", "localhost"])
def test_a_port_of_another_program_is_refused_beside_its_field(place: Path, name: str) -> None:
    with Wizard(place) as here, socket.socket() as other:
        inside = here.inside()
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = {**OFFICE, "tls_name": name, "reach": "outbound-only"}
        taken = other.getsockname()[1]
        refused = inside.post("/office", **{**said, "port": taken})
        assert refused.status_code == 422
        assert f"Another program on this machine uses port {taken}. Enter another" in refused.text
        assert inside.where() == "/office"
        own = inside.post("/office", **{**said, "port": here.url.rpartition(":")[2]})
        assert own.status_code == 422
        assert "This set-up itself uses port" in own.text


@pytest.mark.long
def test_a_node_that_is_set_up_is_not_set_up_again(node: NodeConfig) -> None:
    word = node.folder.parent / "word"
    word.write_text("a long phrase for tests\n", encoding="ascii")
    for name in ("lan", "naledi"):
        comity("user", "add", node.folder, name, "--role", "operator", "--password-file", word)
    told = refused("setup-done", node.folder, "--port", 0)
    assert f"`comity run {node.folder}`" in told  # as it is typed next


# ------------------------------------------------------------------ what is asked


WRONG = {
    "party": "Viet Nam",
    "phone": "024 0000",
    "tls_name": "",
    "port": "70000",
    "languages": ["xx"],
    "mode": "rehearsal",
}


@pytest.mark.long
def test_an_answer_that_cannot_be_is_marked_and_nothing_is_kept(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        for member, wrong in WRONG.items():
            answer = inside.post("/office", **{**OFFICE, member: wrong})
            assert answer.status_code == 422
            assert f'id="id_{member}_error"' in answer.text, member
        assert inside.where() == "/office"


@pytest.mark.long
def test_steps_are_taken_in_order(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        steps = (
            "keys",
            "officer-ca",
            "declarations",
            "entry",
            "partners",
            "people",
            "officers",
            "roster",
            "ceremony",
        )
        for later in (*(f"/{one}" for one in steps), "/ceremony", "/self-test", "/echo", "/finish"):
            assert inside.get(later).headers["location"] == "/office"
        assert inside.post("/finish").headers["location"] == "/office"


def begun(inside: Browser) -> None:
    """Take the steps up to the partners, without an officer CA."""
    assert inside.post("/office", **OFFICE).headers["location"] == "/keys"
    assert inside.post("/keys").status_code == 302
    assert inside.post("/officer-ca", later="1").headers["location"] == "/declarations"
    assert inside.post("/declarations", language="en").headers["location"] == "/entry"
    assert inside.post("/entry").headers["location"] == "/partners"


def added(inside: Browser, name: str, role: str) -> str:
    """Add a person; return the first password as shown."""
    assert inside.post("/people", name=name, role=role).status_code == 302
    return first_password(inside)


def first_password(inside: Browser) -> str:
    """Return the first password that the page of people shows, once."""
    found = re.search(r'<code class="command">([^<]+)</code>', inside.get("/people").text)
    assert found is not None
    return found[1]


@pytest.mark.long
def test_one_administrator_alone_is_not_enough(place: Path) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        inside.post("/partners", done="1")
        added(inside, "lan", "operator")
        added(inside, "minh", "case")
        for name in ("\U0001f600", "<script>alert(1)</script>", "../../etc", ".", "a b"):
            refused = inside.post("/people", name=name, role="operator")
            assert "Use letters, digits and . _ - only" in refused.text, name
        assert inside.post("/people", done="1").status_code == 422
        added(inside, "hoa", "approver")
        assert inside.post("/people", name="hoa", role="case").status_code == 422  # taken
        assert inside.post("/people", done="1").headers["location"] == "/officers"


@pytest.mark.long
def test_a_lost_first_password_is_replaced_and_a_closed_account_is_opened_again(
    place: Path,
) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        begun(inside)
        inside.post("/partners", done="1")
        seen = [added(inside, "minh", "operator")]
        page = inside.get("/people").text  # a reload: the password is gone, the account is not
        assert seen[0] not in page
        identifier = re.search(r'name="renew" value="([^"]+)"', page)
        assert identifier is not None
        taken = inside.post("/people", name="minh", role="case")
        assert "press “New first password” beside the name" in taken.text
        assert inside.post("/people", renew=identifier[1]).status_code == 302
        seen.append(first_password(inside))
        added(inside, "lan", "operator")
        asked = inside.post("/people", close=identifier[1])
        assert "Close the account of" in asked.text
        assert 'name="open"' not in inside.get("/people").text  # nothing is closed by one press
        assert inside.post("/people", close=identifier[1], confirmed="1").status_code == 302
        assert inside.post("/people", renew=identifier[1]).status_code == 422
        assert inside.post("/people", open=identifier[1]).status_code == 302
        seen.append(first_password(inside))
        assert len(set(seen)) == 3


@pytest.mark.long
def test_a_secret_key_pasted_for_a_recipient_is_not_kept_nor_shown_again(place: Path) -> None:
    identity = age_keys.generate(random_bytes)
    with Wizard(place) as wizard:
        inside = wizard.inside()
        _to_ceremony(inside)
        said = {"place": str(place.parent), "keeper": "A", "witness": "B", "signed": "on"}
        right, secret = str(identity.recipient), str(identity)
        for typed in (
            {"recipient": secret},
            {"recipient": f'"{secret.lower()}"'},
            {"recipient": right, "keeper": f"Anna {secret}"},
        ):
            answer = inside.post("/ceremony", **{**said, **typed})
            assert answer.status_code == 422
            assert secret not in answer.text.upper()
            assert 'value="B"' in answer.text, "what else was typed stands as it was"
        inner = {**said, "place": str(place / "vault")}  # lost together with the node
        assert inside.post("/ceremony", recipient=right, **inner).status_code == 422
        assert inside.post("/ceremony", recipient=right, **said).status_code == 302
    kept = load_config(place)
    assert (kept.backup_folder, kept.backup_recipients) == (str(place.parent), (right,))


@pytest.mark.long
def test_a_backup_is_said_to_be_held_only_after_one_was_written_and_is_whole(
    place: Path, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    recipient = str(age_keys.generate(random_bytes).recipient)
    said = {"recipient": recipient, "keeper": "Lan", "witness": "Hoa", "signed": "on"}
    with Wizard(place) as wizard:
        inside = wizard.inside()
        _to_ceremony(inside)
        closed = inside.post("/ceremony", **said, place="/proc")  # a folder that takes no file
        assert (closed.status_code, closed.text.count('id="id_place_error"')) == (422, 1)
        assert "No file could be written in this folder:" in closed.text
        alone = inside.post("/ceremony", **{**said, "witness": " lan "}, place=str(backups))
        assert (alone.status_code, alone.text.count('id="id_witness_error"')) == (422, 1)
        assert "must be two different people" in alone.text
        assert (inside.where(), list(backups.iterdir())) == ("/ceremony", [])
        assert load_config(place).backup_folder == ""
        assert inside.post("/ceremony", **said, place=str(backups)).status_code == 302
        (made,) = backups.glob("*.age")
        inside.post("/self-test")
        inside.post("/self-test", answer="1")
        inside.post("/echo", later="1")
        finish = _unmarked(inside)
        assert f"Proved: the backup {made.name} was written and is unchanged." in finish
        assert "Attested by Lan and Hoa: the paper is signed." in finish
        assert "Backup and recovery (done)" in " ".join(plain(finish).split())
        made.write_bytes(made.read_bytes()[:-1])
        finish = _unmarked(inside)
        assert "Backup and recovery (later)" in " ".join(plain(finish).split())
        assert "Attested by" not in finish
        assert f"The newest backup, {made.name}, was changed since it was made." in finish


def _unmarked(inside: Browser) -> str:
    return re.sub("[\u2068\u2069]", "", plain(inside.get("/finish").text))


def plain(page: str) -> str:
    """Return a page without its marks, as somebody copies a command line."""
    return re.sub(r"<[^>]+>", "", page)


def _to_ceremony(inside: Browser) -> None:
    begun(inside)
    inside.post("/partners", done="1")
    added(inside, "lan", "operator")
    added(inside, "hoa", "approver")
    assert inside.post("/people", done="1").status_code == 302
    assert inside.post("/officers", done="1").headers["location"] == "/roster"
    without_roster(inside)


# ------------------------------------------------------------------ the self-test


def test_a_failed_self_test_is_passed_over_by_its_button_but_not_without_whole_keys(
    place: Path,
) -> None:
    with Wizard(place) as wizard:
        inside = wizard.inside()
        _to_ceremony(inside)
        inside.post("/ceremony", later="1")
        place.chmod(0o755)  # others could read what the node writes
        refused = inside.send("/self-test", answer="1")
        assert (refused.status_code, inside.where()) == (200, "/self-test")
        assert 'name="answer"' not in refused.text
        place.chmod(0o700)
        shutil.copy(place / "keys" / "message.json", place / "keys" / "tls-key.pem")
        (place / "keys" / "tls-key.pem").chmod(0o600)
        tried = inside.send("/self-test")
        button = re.search(r'<button[^>]*name="answer"[^>]*>([^<]+)<', tried.text)
        assert button is not None
        assert button[1].startswith("Continue and take responsibility")
        assert inside.where() == "/self-test"
        assert inside.post("/self-test", answer="1").headers["location"] == "/echo"
        assert inside.post("/echo", later="1").headers["location"] == "/finish"
        assert "Encryption of the pages" in plain(inside.get("/finish").text)


# ------------------------------------------------------------------ the whole way


def listed_with_officer_ca(inside: Browser, authority: Path) -> None:
    """Bring an officer CA that was made by command, and see what the State is to list."""
    assert inside.where() == "/officer-ca"
    secret = authority.read_bytes()
    assert inside.post("/officer-ca", files={"file": ("x", secret)}).status_code == 422
    public = authority.with_name("ca.pem.pub").read_bytes()
    assert inside.post("/officer-ca", files={"file": ("x", public)}).status_code == 302
    listed = json.loads(inside.get("/keys/list").content)
    assert json.loads(public) in [row["public"] for row in listed["keys"]]
    said = {"un-2024:reserve-preservation": "Only for offences of two years or more."}
    assert inside.post("/declarations", language="en", **said).headers["location"] == "/entry"
    told = plain(inside.get("/entry").text)
    assert "un-2024=en:Article 42(5): Only for offences of two years or more." in told
    assert "--instrument un-2024=signed-not-in-force --instrument untoc-2000=in-force" in told
    assert "--url https://node.example:8700 --tls tls.pem" in told
    inside.post("/entry")


def lists_what_is_done(inside: Browser) -> str:
    """Return the last page: it completes as many steps as the list of steps calls done."""
    page = inside.get("/finish").text
    listed = page[page.index("Completed steps") :]
    counted = re.search(r'<span class="quiet">(\d+)<', listed)
    assert counted is not None
    assert int(counted[1]) == page.count("(done)") == listed.count('class="good"')
    assert "never becomes a live node" in page
    assert "Live use needs" not in page
    return page


@pytest.mark.full
def test_a_set_up_that_is_killed_goes_on_where_it_stopped_and_ends_in_a_node_that_runs(
    place: Path, tmp_path: Path
) -> None:
    recipient = str(age_keys.generate(random_bytes).recipient)
    backups, authority = tmp_path / "backups", tmp_path / "ca.pem"
    backups.mkdir()
    word = tmp_path / "word"
    word.write_text("five words that nobody knows\n", encoding="ascii")
    comity("officer", "keygen", "--ca", "--passphrase-file", word, "-o", authority)
    with Wizard(place) as wizard:
        assert wizard.inside().post("/office", **OFFICE).status_code == 302
    (place.parent / f".{place.name}.founding").mkdir()  # as a power cut would leave it
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert inside.where() == "/keys"
        assert "vn/contact-point" in inside.get("/keys").text  # nothing is typed twice
        assert inside.post("/keys").status_code == 302
        listed = json.loads(inside.get("/keys/list").content)
        assert listed["party"] == "vn/contact-point"
        assert b"BEGIN CERTIFICATE" in inside.get("/keys/tls").content
    with Wizard(place) as wizard:
        inside = wizard.inside()
        listed_with_officer_ca(inside, authority)
        assert inside.where() == "/partners"
        inside.post("/partners", done="1")
        password = added(inside, "lan", "operator")
        added(inside, "hoa", "approver")
        inside.post("/people", done="1")
        assert "https://node.example:8700/" in inside.get("/officers").text  # passkeys live there
        inside.post("/officers", done="1")
        assert inside.where() == "/roster"
        without_roster(inside)
    with Wizard(place) as wizard:
        inside = wizard.inside()
        assert inside.where() == "/ceremony"
        paper = plain(inside.get("/ceremony/paper").text)
        assert "comity restore BACKUP.age" in paper
        said = {"keeper": "Lan", "witness": "Hoa", "signed": "on", "place": str(backups)}
        assert inside.post("/ceremony", recipient=recipient, **said).status_code == 302
        assert inside.post("/self-test", answer="1").status_code in {200, 302}  # fonts may lack
        assert inside.where() == "/echo"
        inside.post("/echo", later="1")
        finish = plain(lists_what_is_done(inside))
        for told in (
            "--url https://node.example:8700",
            "No real request can leave this office yet",
            "Not ready: no test request was answered",
            "Unknown: set-up listens on this machine only",
            "https://node.example:8700/health/echo",
        ):
            assert told in finish, told
        ended = inside.post("/finish")
        assert ended.status_code == 200
        assert "continues where it stopped" not in ended.text, "it is refused from now on"
        assert wizard.ended() == 0
    assert sorted(path.name for path in place.parent.iterdir()) == ["node"]
    assert password not in "".join(
        path.read_text(errors="replace") for path in place.glob("*.*") if path.is_file()
    )
    assert [row.split("\t")[0] for row in comity("user", "list", place).splitlines()] == [
        "hoa",
        "lan",
    ]
    comity("setup", place, "--port", 0, status=2)  # it is set up: nobody does it again
