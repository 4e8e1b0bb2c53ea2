"""Whatever goes wrong at an address for programs, the answer is a problem: no page, no cookie."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests.api.nodes import free_ports
from tests.cheap_node import CheapNode
from tests.faults.kit import Sender
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.web.problems import EXCHANGE

ROOT = "a" * 64
UNKNOWN = (
    "/api/v1/nothing",
    "/api/v2/cases",
    "/api/v1/cases/2026-000001/nothing",
    "/exchange/v1/nothing",
    "/exchange/v2/messages",
    "/exchange/v1/packages/" + "A" * 64,
    f"/exchange/v1/packages/{ROOT}/nothing",
    "/witness/nothing",
    "/directory/nothing.json",
    "/directory/%2e%2e/node.toml",
)
OTHER_METHOD = (
    ("DELETE", "/exchange/v1/messages"),
    ("POST", "/exchange/v1/outbox?after=0"),
    ("DELETE", f"/exchange/v1/packages/{ROOT}"),
    ("PUT", "/exchange/v1/checkpoint"),
    ("GET", "/exchange/v1/checkpoint"),
    ("GET", "/exchange/v1/log-token"),
    ("POST", "/log/exercise/za/x/1/checkpoint"),
    ("POST", "/log/exercise/za/x/1/tile/0/000"),
    ("GET", "/witness/add-checkpoint"),
    ("POST", "/directory/root.json"),
    ("DELETE", "/api/v1/cases"),
    ("PUT", "/up"),
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("problems") / "world"
    return build_world(folder, mode="exercise", ports=ports, now=now())


@pytest.fixture(scope="module")
def node(world: World) -> Iterator[httpx.Client]:
    process = CheapNode(world.places[ASKED].config.folder)
    process.start()
    process.wait_ready()
    with httpx.Client(base_url=f"http://127.0.0.1:{process.config.port}", timeout=60) as visitor:
        yield visitor
    process.stop()


def problem(answer: httpx.Response, status: int) -> str:
    """Return the code of an answer that must be a problem (RFC 9457) and nothing else."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert "set-cookie" not in answer.headers
    found = json.loads(answer.content)
    wire = {"retryable"} if answer.request.url.path.startswith(EXCHANGE) else set()
    assert set(found) == {"code", "detail", "status", "title", "type"} | wire
    assert (found["status"], found["type"]) == (status, "about:blank")
    assert found["title"]
    assert found["detail"]
    return str(found["code"])


def test_what_goes_wrong_for_a_program_is_a_problem(node: httpx.Client) -> None:
    for path in UNKNOWN:
        assert problem(node.get(path), 404), path
    for method, path in OTHER_METHOD:
        answer = node.request(method, path)
        assert problem(answer, 405) == "method", path
        assert answer.headers["allow"], path
    for path in ("/api/v1/cases", "/exchange/v1/epochs", "/up"):
        assert problem(node.get(path, headers={"Host": "evil.test"}), 400), path
    assert problem(node.get("/api/v1/cases"), 401) == "not-signed-in"
    assert problem(node.get(f"/exchange/v1/packages/{ROOT}"), 401) == "transport-signature"
    assert problem(node.post("/api/v1/tokens", content=b"x" * 9_000_000, headers=FORM), 401)


def test_a_partner_learns_by_a_problem_that_a_package_is_none_of_its_own(
    world: World, node: httpx.Client
) -> None:
    sender = Sender(world, ASKING, ASKED)
    for path in (f"/exchange/v1/packages/{ROOT}", f"/exchange/v1/packages/{ROOT}/blocks"):
        headers = sender.signed_headers(b"", method="GET", path=path)
        assert problem(node.get(path, headers=headers), 404) == "package-foreign"


def test_what_belongs_to_no_session_opens_none_and_is_guarded_all_the_same(
    world: World, node: httpx.Client
) -> None:
    path = "/exchange/v1/epochs"
    headers = Sender(world, ASKING, ASKED).signed_headers(b"", method="GET", path=path)
    for answer in (node.get(path, headers=headers), node.get("/up"), node.get(path)):
        told = {name.lower() for name in answer.headers}
        assert not told & {"set-cookie", "content-language"}, answer.url
        assert told >= {"content-length", "x-content-type-options", "content-security-policy"}
    elsewhere = node.get(path, headers={**headers, "Host": "evil.example"})
    assert elsewhere.status_code == 400
    assert "set-cookie" not in elsewhere.headers


def test_people_still_get_pages(node: httpx.Client) -> None:
    answer = node.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
