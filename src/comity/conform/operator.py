"""How the node under test is made to send something: through its API, by a command, by a person."""

import contextlib
import json
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from comity.canonical import MisuseError, OperationError, PeerError, decode, decode_loose
from comity.client.api import Api
from comity.client.approving import fetch_draft, sign_draft
from comity.conform.folder import MODE
from comity.conform.peer import now
from comity.files.errors import translating
from comity.keys import Jws, PrivateKey, jws

# How exchange files are carried into the node under test and out of it: by two commands.


@dataclass(frozen=True)
class Carrier:
    """Two commands of the node's machine.

    Attributes:
        inward: takes in ``{path}``, an exchange file or a folder of a relay.
        outward: writes what the node owes ``{party}`` to ``{path}``, a new file or a folder that is
            there.
    """

    inward: str
    outward: str

    def carry_in(self, path: Path) -> None:
        """Let the node take in a file or folder.

        Raises:
            OperationError: the command cannot be run, or ends with another status than 0.
        """
        _run([word.replace("{path}", str(path)) for word in shlex.split(self.inward)])

    def carry_out(self, party: str, path: Path) -> None:
        """Let the node write what it owes a party; errors as for `carry_in`."""
        words = shlex.split(self.outward)
        _run([word.replace("{path}", str(path)).replace("{party}", party) for word in words])


def _run(words: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the person who runs the kit names it
            words, capture_output=True, check=False, timeout=COMMAND_S
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise OperationError(f"the command {words[0]} of the carrier could not be run") from fault
    if done.returncode:
        raise OperationError(f"the command {words[0]} of the carrier ended with {done.returncode}")


def read_carrier(value: Any) -> Carrier | None:
    """Return the carrier that the member ``carry`` of an operator file describes, or None.

    Raises:
        MisuseError: it is there, and names no two commands with their places, or a program that is
            not on this machine.
    """
    if value is None:
        return None
    told = value if isinstance(value, dict) else {}
    inward, outward = str(told.get("in", "")), str(told.get("out", ""))
    if "{path}" not in inward or "{path}" not in outward or "{party}" not in outward:
        raise MisuseError(
            "member carry of the operator file must be two commands: in with {path}, and out with"
            " {party} and {path}"
        )
    for command in (inward, outward):
        check_command(command)
    return Carrier(inward, outward)


def check_command(command: str) -> None:
    """Raise MisuseError unless the program that a command of the operator file names is there.

    The node is not to blame for a program that is missing on this machine.
    """
    try:
        words = shlex.split(command)
    except ValueError as fault:
        raise MisuseError("a command of the operator file ends inside a quotation") from fault
    if not words or shutil.which(words[0]) is None:
        named = words[0] if words else "nothing"
        raise MisuseError(
            f"the operator file names a command that is not on this machine: {named}; give its"
            " whole path"
        )


COMMAND_S: Final = 120
_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """A message that the node shall send.

    Attributes:
        type: of the message.
        to: the other parties, if it opens a conversation.
        conversation: which it goes on with, otherwise.
        about: content digest of the message that it answers, or None.
        sections: by name, without salt.
        approvals: roles of the officers that are due.
        package: of ``evidence.offered``: a sealed file to hand in at the node first, whose offer
            is among the sections; the chain of custody is the node's own.
    """

    type: str
    sections: Mapping[str, Any]
    to: tuple[str, ...] = ()
    conversation: str | None = None
    about: str | None = None
    approvals: tuple[str, ...] = ()
    package: Path | None = None

    def value(self) -> dict[str, Any]:
        """Return it as JSON, for a command."""
        return {
            "about": self.about,
            "approvals": list(self.approvals),
            "conversation": self.conversation,
            "package": None if self.package is None else str(self.package),
            "sections": dict(self.sections),
            "to": list(self.to),
            "type": self.type,
        }

    def words(self) -> str:
        """Return it as a person is told."""
        where = f"to {', '.join(self.to)}" if self.to else f"in conversation {self.conversation}"
        who = f", approved by: {', '.join(self.approvals)}" if self.approvals else ""
        what = f", with the sealed package {self.package}" if self.package else ""
        return f"a message of type {self.type} {where}{what}{who}"


class Operator(Protocol):
    """Whoever makes the node send."""

    patience_s: float
    """How long to wait until what was asked for arrives."""

    def send(self, wanted: Wanted) -> None:
        """Let the node send a message.

        Raises:
            OperationError: it does not.
        """


@dataclass
class PersonOperator:
    """Tells a person, and waits."""

    tell: Callable[[str], None]
    patience_s: float = 600.0

    def send(self, wanted: Wanted) -> None:
        """Say what is wanted."""
        self.tell(f"Let the node send {wanted.words()}.")


@dataclass
class CommandOperator:
    """Runs a command with the name of a JSON file that says what to send."""

    command: str
    patience_s: float = 60.0

    def send(self, wanted: Wanted) -> None:
        """Run it; exit status 0 means that the node has the message in its queue."""
        with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
            path = Path(name) / "wanted.json"
            path.write_text(json.dumps(wanted.value()), "utf-8")
            try:
                done = subprocess.run(  # noqa: S603 - the person who runs the kit names it
                    [*shlex.split(self.command), str(path)],
                    capture_output=True,
                    check=False,
                    timeout=COMMAND_S,
                )
            except (OSError, subprocess.TimeoutExpired) as fault:
                raise OperationError("the operator's command could not be run") from fault
        if done.returncode:
            raise OperationError(f"the operator's command ended with status {done.returncode}")


@dataclass(frozen=True)
class Hand:
    """An officer of the node: a session with its API, and the key to approve with, if any."""

    api: Api
    key: PrivateKey | None = None
    certificate: Jws | None = None


@dataclass
class ApiOperator:
    """Uses the REST API of a Comity node.

    Attributes:
        hands: by role; ``author`` drafts and sends.
    """

    hands: Mapping[str, Hand]
    patience_s: float = 60.0

    def send(self, wanted: Wanted) -> None:
        """Draft, approve and send."""
        author, sections = self.hands["author"].api, dict(wanted.sections)
        if wanted.package is not None and wanted.conversation is not None:
            sections = _handed_in(author, wanted.conversation, wanted.package, sections["offer"])
        draft = author.post(
            "/drafts",
            {
                "type": wanted.type,
                "sections": sections,
                "to": list(wanted.to) or None,
                "conversation": wanted.conversation,
                "about": wanted.about,
            },
        )
        for role in wanted.approvals:
            hand = self.hands.get(role)
            if hand is None or hand.key is None or hand.certificate is None:
                raise OperationError(f"the operator file names no key of an officer: {role}")
            shown = fetch_draft(hand.api, draft["id"], now=now())
            approval = sign_draft(
                shown,
                key=hand.key,
                certificate=hand.certificate,
                mode=MODE,
                role=role,
                now=now(),
            )
            hand.api.post(f"/drafts/{draft['id']}/approvals", approval)
        author.post(f"/drafts/{draft['id']}/send")

    def close(self) -> None:
        """End the sessions."""
        for hand in self.hands.values():
            hand.api.close()


def _handed_in(api: Api, conversation: str, package: Path, offer: dict[str, Any]) -> dict[str, Any]:
    """Hand a package in at the node; return the sections of the message that offers it."""
    api.upload(conversation, offer, package, acquired="Made by the conformance kit.")
    root = str(offer["root"]).removeprefix("sha256:")
    told = {"event": "offered", "reason": "An exercise of the conformance kit."}
    return dict(api.get(f"/packages/{root}/handover", **told))


def read_operator(path: Path) -> tuple[Operator, Carrier | None]:
    """Return the operator that a JSON file describes, and the carrier of exchange files, if any.

    ``{"command": "..."}``, or ``{"api": URL, "author": {"token", "key", "certificate"},
    "approver": {...}}`` with the names of files beside it; ``key`` and ``certificate`` may be
    absent where no approvals are to be given. ``"carry": {"in": "...", "out": "..."}`` names the
    commands of `comity.conform.operator`.

    Raises:
        MisuseError: it describes none.
        StorageError: a file cannot be read.
    """
    wrong = MisuseError(f"{path} names neither a command nor an API with an author's token")
    with translating(f"reading {path}"):
        data = path.read_bytes()
    try:
        value = decode_loose(data, max_bytes=_MAX_BYTES)
        carrier = read_carrier(value.get("carry"))
        if isinstance(value.get("command"), str):
            check_command(value["command"])
            return CommandOperator(value["command"]), carrier
        hands = {
            role: _hand(path.parent, value["api"], value[role])
            for role in ("author", "approver")
            if role in value
        }
    except (PeerError, KeyError, TypeError, AttributeError):
        raise wrong from None  # what the file says may be a secret
    if "author" not in hands:
        raise wrong
    return ApiOperator(hands), carrier


def _hand(place: Path, url: str, said: Mapping[str, str]) -> Hand:
    with translating("reading the files of the operator"):
        token = (place / said["token"]).read_text("utf-8").strip()
        key, certificate = None, None
        if "key" in said:
            found = decode_loose((place / said["key"]).read_bytes(), max_bytes=_MAX_BYTES)
            key = PrivateKey.from_jwk(found["jwk"])
        if "certificate" in said:
            record = (place / said["certificate"]).read_bytes()
            certificate = jws.parse_value(decode(record, max_bytes=_MAX_BYTES))
    return Hand(Api(url, token), key, certificate)


@contextlib.contextmanager
def ended(operator: Operator | None) -> Any:
    """Close the sessions of an operator at the end of the block."""
    try:
        yield operator
    finally:
        if isinstance(operator, ApiOperator):
            operator.close()
