"""Sessions are short and bound; limits by address believe no visitor's word."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from tests.api.nodes import PASSWORD

from comity.canonical import ComityError
from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.models import AuditRow, DeskSession, Officer, SignInFailure
from comity.node.models.people import SIGNED
from comity.node.people import accounts
from comity.node.people.signin import failures, passwords, sessions
from comity.node.people.signin.secrets import seal, unseal
from comity.node.people.signin.trusted_proxies import client_of, network_of, trusted_proxy

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
MENU = 'class="rail"'
UNKNOWN = "0.0.0.0"  # noqa: S104 - nobody listens there


@pytest.fixture
def config(settings: Any, tmp_path: Path) -> NodeConfig:
    made = NodeConfig(folder=tmp_path, party="vn/contact-point", mode="exercise")
    settings.CONFIG = made
    return made


@pytest.fixture
def officer(db: None, config: NodeConfig) -> Officer:
    return accounts.add_person(name="linh", role="trainer", password=PASSWORD, at=AT, by="operator")


@pytest.fixture
def client(officer: Officer) -> Client:
    made = Client()
    answer = made.post("/sign-in", {"name": "linh", "password": PASSWORD})
    assert answer.status_code == 302
    return made


def is_in(client: Client) -> bool:
    return client.get("/me/sign-in").status_code == 200


def age(client: Client, **by: timedelta) -> None:
    """Let a session be older, or unused for longer."""
    session = client.session
    signed = session[SIGNED]
    for name, span in by.items():
        signed[name] -= span.total_seconds()
    session[SIGNED] = signed
    session.save()


def test_the_key_of_a_session_is_new_after_signing_in(officer: Officer) -> None:
    client = Client()
    assert client.get("/sign-in/passkey").status_code in (200, 409)
    client.session.save()
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["comity-session"] = str(planted.session_key)
    client.post("/sign-in", {"name": "linh", "password": PASSWORD})
    assert client.session.session_key != planted.session_key
    stranger = Client()
    stranger.cookies["comity-session"] = str(planted.session_key)
    assert not is_in(stranger)


def test_a_session_knows_its_person_and_how_they_came(client: Client, officer: Officer) -> None:
    (row,) = DeskSession.objects.filter(user=officer.user_id)
    assert (row.way, row.session_key) == (sessions.PASSWORD, client.session.session_key)
    assert is_in(client)


@pytest.mark.parametrize(
    ("by", "goes_on"),
    [
        ({"at": timedelta(hours=11, minutes=59)}, True),
        ({"at": timedelta(hours=12)}, False),
        ({"seen": timedelta(minutes=59)}, True),
        ({"seen": timedelta(minutes=60)}, False),
    ],
)
def test_a_session_ends_after_a_shift_and_after_an_hour_without_use(
    client: Client, by: dict[str, timedelta], goes_on: bool
) -> None:
    age(client, **by)
    assert is_in(client) == goes_on
    assert DeskSession.objects.count() == goes_on


def test_use_keeps_a_session(client: Client) -> None:
    for _ in range(3):
        age(client, seen=timedelta(minutes=50))
        assert is_in(client)


BY_ITSELF = {"HX-Request": "true"}


@pytest.fixture
def night(db: None, config: NodeConfig) -> Client:
    accounts.add_person(name="minh", role="duty", password=PASSWORD, at=AT, by="operator")
    made = Client()
    assert made.post("/sign-in", {"name": "minh", "password": PASSWORD}).status_code == 302
    return made


def test_the_bell_of_a_page_left_alone_does_not_keep_its_session(night: Client) -> None:
    age(night, seen=timedelta(minutes=59))
    assert night.get("/duty/waiting", headers=BY_ITSELF).status_code == 200
    age(night, seen=timedelta(minutes=1))
    assert night.get("/duty/waiting", headers=BY_ITSELF).status_code == 401
    assert not is_in(night)
    assert DeskSession.objects.count() == 0


def is_used(client: Client, method: str, path: str, headers: dict[str, str]) -> bool:
    age(client, seen=timedelta(minutes=59))
    request = RequestFactory().generic(method, path, headers=headers)
    request.session = client.session
    sessions.limit(request, at=datetime.now(UTC))
    used: bool = request.session.modified
    return used


@pytest.mark.parametrize(
    ("method", "path", "headers", "used"),
    [
        ("GET", "/duty/waiting", BY_ITSELF, False),
        ("GET", "/exports", BY_ITSELF, False),
        ("GET", "/exercise/now", BY_ITSELF, False),
        ("GET", "/watch/list/", BY_ITSELF, False),
        ("GET", "/exports", {}, True),
        ("GET", "/exports", {"HX-Request": "false"}, True),
        ("GET", "/watch/list", BY_ITSELF, True),
        ("POST", "/exports", BY_ITSELF, True),
    ],
)
def test_what_a_page_asks_by_itself_is_no_use_but_for_the_list_of_the_watch(
    night: Client, method: str, path: str, headers: dict[str, str], used: bool
) -> None:
    assert is_used(night, method, path, headers) == used


def test_the_list_of_the_watch_does_not_outlast_the_shift(night: Client) -> None:
    age(night, at=timedelta(hours=12))
    assert night.get("/watch/list", headers=BY_ITSELF).status_code == 401


def test_a_session_that_says_not_since_when_is_none(client: Client) -> None:
    session = client.session
    del session[SIGNED]
    session.save()
    assert not is_in(client)


@pytest.mark.parametrize("how", ["password", "role", "disable", "end", "inactive"])
def test_a_session_ends_when_password_role_or_standing_change(
    client: Client, officer: Officer, how: str
) -> None:
    other = Client()
    other.post("/sign-in", {"name": "linh", "password": PASSWORD})
    assert is_in(other)
    if how == "password":
        passwords.set_password("linh", "another long phrase", at=AT, by="operator")
    elif how == "role":
        Officer.objects.filter(pk=officer.pk).update(role="auditor")
    elif how == "disable":
        accounts.disable("linh", at=AT, by="operator")
    elif how == "end":
        assert passwords.end_sessions("linh", at=AT, by="operator") == 2
    else:
        get_user_model().objects.filter(pk=officer.user_id).update(is_active=False)
    assert not is_in(client)
    assert not is_in(other)


def test_a_person_ends_the_other_sessions(client: Client, officer: Officer) -> None:
    other = Client()
    other.post("/sign-in", {"name": "linh", "password": PASSWORD})
    assert client.post("/me/sign-in/end-others").status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert AuditRow.objects.filter(action="session.ended", actor="linh").count() == 1


def test_changing_ones_password_ends_the_others_and_goes_on_here(
    client: Client, officer: Officer
) -> None:
    other = Client()
    other.post("/sign-in", {"name": "linh", "password": PASSWORD})
    page = "/me/sign-in/password"
    weak = client.post(page, {"new": "password1234", "again": "password1234"})
    differing = client.post(page, {"new": "a new long phrase", "again": "another long phrase"})
    assert (weak.status_code, differing.status_code) == (422, 422)
    good = client.post(page, {"new": "a new long phrase", "again": "a new long phrase"})
    assert good.status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert other.post("/sign-in", {"name": "linh", "password": PASSWORD}).status_code == 403


def test_a_form_without_its_token_changes_nothing(officer: Officer) -> None:
    strict = Client(enforce_csrf_checks=True)
    posted = (
        "/sign-in", "/sign-in/passkey", "/sign-in/second", "/sign-in/single", "/sign-out",
        "/me/sign-in/password", "/me/sign-in/end-others", "/me/sign-in/again", "/me/sign-in/code",
        "/me/sign-in/passkeys/new", "/me/sign-in/recovery-codes", "/me/sign-in/remove/passkey/1",
    )  # fmt: skip
    for path in posted:
        answer = strict.post(path, {"name": "linh", "password": PASSWORD})
        assert answer.status_code == 403, path
        assert PASSWORD not in answer.content.decode(), path


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil"])
def test_another_host_name_is_refused(officer: Officer, host: str) -> None:
    assert Client().get("/sign-in", headers={"host": host}).status_code == 400


def test_whoever_must_have_a_second_factor_sees_only_how_to_set_one_up(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    made = NodeConfig(
        folder=tmp_path, party="vn/contact-point", mode="exercise", second_factor="required"
    )
    settings.CONFIG = made
    for path in ("/api", "/me"):
        assert client.get(path).headers["location"] == "/me/sign-in", path
    shown = client.get("/me/sign-in")
    assert shown.status_code == 200
    assert "A second factor is required in this office." in shown.content.decode()
    assert MENU not in shown.content.decode()
    assert client.get("/me/sign-in/code").status_code == 200
    assert client.get("/api/v1/me").status_code == 403
    token = accounts.make_token("linh", label="x", at=datetime.now(UTC), by="operator")
    bearer = {"Authorization": f"Bearer {token}"}
    by_program = Client().get("/api/v1/me", headers=bearer).status_code
    assert by_program not in (401, 403), "a program's token is not concerned"


# ------------------------------------------------------------------ limits


def test_thirty_failures_lock_an_address_for_a_quarter_of_an_hour(officer: Officer) -> None:
    keys = failures.Attempt({"address": failures.key_of("address", "192.0.2.7")})
    for _ in range(29):
        failures.failed(keys, at=AT)
    failures.check_open(keys, at=AT)
    with pytest.raises(failures.SignInLockedError):
        failures.failed(keys, at=AT)
    with pytest.raises(failures.SignInLockedError):
        failures.check_open(keys, at=AT + timedelta(minutes=14))
    failures.check_open(keys, at=AT + timedelta(minutes=16))
    elsewhere = failures.Attempt({"address": failures.key_of("address", "192.0.2.8")})
    failures.check_open(elsewhere, at=AT)


def test_failures_of_an_hour_ago_do_not_count(officer: Officer) -> None:
    keys = failures.Attempt({"code": failures.key_of("code", "linh")})
    for hour in range(8):
        for _ in range(4):
            failures.failed(keys, at=AT + timedelta(hours=hour))
    assert SignInFailure.objects.count() == 1


def test_neither_names_nor_addresses_are_kept_of_failures(officer: Officer) -> None:
    Client().post("/sign-in", {"name": "linh", "password": "wrong wrong wrong"})
    kept = str(list(SignInFailure.objects.values()))
    assert "linh" not in kept
    assert "127.0.0.1" not in kept


def test_names_that_nobody_has_are_answered_like_those_that_somebody_has(officer: Officer) -> None:
    answers = [
        Client().post("/sign-in", {"name": name, "password": "wrong wrong wrong"})
        for name in ("linh", "nobody")
    ]
    first, second = (answer.content.decode().replace("nobody", "linh") for answer in answers)
    assert [answer.status_code for answer in answers] == [403, 403]
    strip = [text.split('name="csrfmiddlewaretoken"') for text in (first, second)]
    assert len(strip[0]) == len(strip[1])
    assert [part[100:] for part in strip[0]] == [part[100:] for part in strip[1]]


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("", UNKNOWN),
        ("203.0.113.5, junk", UNKNOWN),
        ("10.0.0.2", UNKNOWN),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_the_clients(
    forwarded: str, seen: str
) -> None:
    assert client_of(forwarded, ("10.0.0.1", "10.0.0.2")) == seen


@pytest.mark.parametrize(
    ("peer", "address", "secure"),
    [("10.0.0.1", "203.0.113.5", True), ("192.0.2.9", "192.0.2.9", False)],
)
def test_only_a_proxy_that_the_settings_name_is_believed(
    settings: Any, tmp_path: Path, peer: str, address: str, secure: bool
) -> None:
    settings.CONFIG = NodeConfig(
        folder=tmp_path, party="vn/contact-point", mode="exercise", proxies=("10.0.0.1",)
    )
    seen: list[HttpRequest] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    headers = {"x-forwarded-for": "203.0.113.5", "x-forwarded-proto": "https"}
    trusted_proxy(page)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))
    assert seen[0].META["REMOTE_ADDR"] == address
    assert seen[0].is_secure() == secure
    assert "HTTP_X_FORWARDED_FOR" not in seen[0].META


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_an_address_of_ipv6_counts_by_its_network(address: str, counted: str) -> None:
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


def test_a_secret_is_sealed_and_a_spoilt_one_opens_nothing(config: NodeConfig) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert unseal(sealed[:-4]) == ""
    changed = ("B" if sealed[20] == "A" else "A").join((sealed[:20], sealed[21:]))
    assert unseal(changed) == ""
    assert unseal("") == ""


@pytest.mark.parametrize(
    "line",
    [
        'second_factor = "perhaps"', "idle_minutes = 4", "idle_minutes = 721",
        "idle_minutes = true",
        'proxies = ["10.0.0.0/8"]', 'proxies = "10.0.0.1"', 'oidc_issuer = "http://login.example"',
        'oidc_issuer = "https://login.example"', "oidc_acr = [1]", "oidc_secret = 7",
        'oidc_issuer = "https://u:p@login.example"\noidc_client = "x"',
    ],
)  # fmt: skip
def test_a_setting_that_would_mean_something_else_stops_the_node(tmp_path: Path, line: str) -> None:
    base = 'party = "vn/contact-point"\nmode = "exercise"\n'
    (tmp_path / "node.toml").write_text(base, encoding="utf-8")
    assert load_config(tmp_path).second_factor == "offered"
    (tmp_path / "node.toml").write_text(base + line + "\n", encoding="utf-8")
    with pytest.raises(NodeFolderError) as fault:
        load_config(tmp_path)
    assert isinstance(fault.value, ComityError)
