"""A node of ours, broken on purpose in one place: ``python -m tests.conform.broken NAME FOLDER``.

Each fault changes one thing of the program before it is served, so that everything else of it is as
it is delivered: whoever speaks to it over HTTP meets a node that breaks one rule.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from tests.forked import ForkedNode

from comity.canonical import decode_loose


@dataclass(frozen=True)
class Fault:
    """One place that is broken.

    Attributes:
        name: what the node does.
        probe: of the kit that shows it.
        rule: that it breaks.
        where: module and name that is replaced.
        make: returns what takes its place.
    """

    name: str
    probe: str
    rule: str
    where: tuple[str, str]
    make: Callable[[Any], Any]


def nothing(_usual: Any) -> Any:
    return lambda *_arguments, **_more: None


def always(value: Any) -> Callable[[Any], Any]:
    return lambda _usual: value


def any_signature(usual: Any) -> Any:
    """Take the kid that a request names for the one that signed it."""
    module = sys.modules[usual.__module__]

    def taken(_request: Any, headers: Any, find_key: Any, **_more: Any) -> Any:
        found = module._INPUT.fullmatch(headers.get("signature-input", ""))
        find_key(found[2])
        return found[2]

    return taken


def lenient(_usual: Any) -> Any:
    return lambda data, **more: decode_loose(data, max_bytes=more["max_bytes"])


def few_approvals(usual: Any) -> Any:
    """Call whatever approvals there are enough."""
    from comity.exchange.approvals import Approved
    from comity.exchange.errors import ApprovalsMissingError

    def taken(*arguments: Any, **more: Any) -> Any:
        try:
            return usual(*arguments, **more)
        except ApprovalsMissingError:
            return Approved((), None)

    return taken


def led(usual: Any) -> Any:
    """Follow redirects."""

    class Led(usual):  # type: ignore[misc]
        @contextmanager
        def stream(self, method: str, url: str, **more: Any) -> Iterator[Any]:
            with super().stream(method, url, **more) as answer:
                if 300 <= answer.status < 400 and "Location" in answer.headers:
                    place = urljoin(url, answer.headers["Location"])
                    with self.stream(method, place, **more) as there:
                        yield there
                else:
                    yield answer

    return Led


def for_ever(usual: Any) -> Any:
    """Serve what was withdrawn to whom it was offered once."""

    def served(node: Any, caller: str, digest: str) -> Any:
        from comity.node.models import SolutionFile, SolutionRow

        row = SolutionRow.objects.filter(digest=digest).exclude(withdrawn_at=None).first()
        if row is None:
            return usual(node, caller, digest)
        return bytes(SolutionFile.objects.get(digest=digest).data)

    return served


FAULTS: Final = (
    Fault(
        "sends topics that nobody knows",
        "sending.topic-unknown",
        "C-7.4-15",
        ("comity.node.messages.draft_text", "check_topics"),
        nothing,
    ),
    Fault(
        "takes requests whoever signed them",
        "transport.signature-other",
        "C-13.2-05",
        ("comity.node.federation.wire_api", "verify_request"),
        any_signature,
    ),
    Fault(
        "takes requests of yesterday",
        "transport.too-old",
        "C-13.2-10",
        ("comity.keys.http", "WINDOW"),
        always(timedelta(days=1)),
    ),
    Fault(
        "reads JSON that is not canonical",
        "values.white-space",
        "C-3-03",
        ("comity.exchange.sections", "decode"),
        lenient,
    ),
    Fault(
        "takes messages whoever signed them",
        "signatures.wrong",
        "C-6-01",
        ("comity.exchange.accept", "verify_message"),
        nothing,
    ),
    Fault(
        "takes messages of the future",
        "messages.sent-ahead",
        "C-6-27",
        ("comity.exchange.accept", "MAX_AHEAD"),
        always(timedelta(days=3650)),
    ),
    Fault(
        "asks for no approvals",
        "approvals.none",
        "C-9-23",
        ("comity.exchange.accept", "check_approvals"),
        few_approvals,
    ),
    Fault(
        "gives tokens for a year",
        "log.token-end",
        "C-13.2-19",
        ("comity.node.federation.log_tokens", "LIFE"),
        always(timedelta(days=365)),
    ),
    Fault(
        "serves packages to everybody",
        "packages.get-by-another",
        "C-13.2-02",
        ("comity.node.evidence.packages", "_is_addressee"),
        always(lambda *_: True),
    ),
    Fault(
        "follows redirects",
        "sending.no-redirects",
        "C-13.2-13",
        ("comity.node.core.partner_http", "Client"),
        led,
    ),
    Fault(
        "does not wait as it is asked",
        "sending.busy-503",
        "C-13.3-08",
        ("comity.node.core.partner_http", "wait_of"),
        nothing,
    ),
    Fault(
        "takes receipts that are in no log",
        "sending.receipt-other-leaf",
        "C-11.2-03",
        ("comity.exchange.receipts", "verify_inclusion"),
        nothing,
    ),
    Fault(
        "offers solutions to every State",
        "solutions.not-shared",
        "C-19.2-06",
        ("comity.node.assistance.solutions", "check_sharing"),
        nothing,
    ),
    Fault(
        "serves solutions that were withdrawn",
        "solutions.withdrawn-served",
        "C-19.4-04",
        ("comity.node.assistance.solutions", "bytes_for"),
        for_ever,
    ),
)


class BrokenNode(ForkedNode):
    """The process of a node that is broken in one place."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        super().__init__(folder)
        self._fault = fault

    def command(self) -> list[str]:
        names = [self._fault.name, str(self.folder)]
        return [sys.executable, "-m", "tests.conform.broken", *names]


def spoil(name: str) -> None:
    """Put one fault into this process."""
    (fault,) = (one for one in FAULTS if one.name == name)
    module, attribute = importlib.import_module(fault.where[0]), fault.where[1]
    setattr(module, attribute, fault.make(getattr(module, attribute)))


def main() -> None:
    """Spoil, and serve as a node is served."""
    from comity.demo.ending import end_with_parent
    from comity.node.operations.serve import run

    end_with_parent()
    spoil(sys.argv[1])
    run(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
