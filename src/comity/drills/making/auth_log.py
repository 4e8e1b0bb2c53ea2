"""A server's log of sign-ins, of mail taken in and of programs run as another user.

The lines are those of OpenSSH, Cyrus IMAP, Postfix, sudo and cron, in frames of syslog.

Source: RFC 5424 section 6.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comity.drills.making.kinds import SAYS
from comity.drills.making.spelling import stamp
from comity.drills.making.story import Event, Wanted
from comity.drills.making.world import World

_AUTH: Final = 10 * 8 + 6  # authpriv, informational
_MAIL: Final = 2 * 8 + 6
_CRON: Final = 9 * 8 + 6
_LEAST_PID: Final = 700


def write_auth_log(world: World, wanted: Wanted) -> bytes:
    """Return the log of one server; its first line says that it is an exercise."""
    host = world.machines[wanted.of].host
    lines = [_line(_AUTH, world.story.begins, f"{host} exercise -", SAYS)]
    for event in world.events:
        if event.on == wanted.of:
            pid = str(_LEAST_PID + world.dice(event, "pid").below(30000))
            for facility, program, text in _texts(world, event):
                name = "-" if program == "sudo" else pid
                lines.append(_line(facility, event.at, f"{host} {program} {name}", text))
    return ("\n".join(lines) + "\n").encode()


def _line(priority: int, at: datetime, sender: str, text: str) -> str:
    return f"<{priority}>1 {stamp(at)} {sender} - - {text}"


def _texts(world: World, event: Event) -> Iterator[tuple[int, str, str]]:
    """Yield facility with severity, program and text of what an event leaves."""
    user = world.user(event)
    if event.kind == "program-run":
        if user:
            text = f"{user} : TTY=pts/0 ; PWD=/home/{user} ; USER=root ; COMMAND={event.program}"
            yield _AUTH, "sudo", text
        else:
            yield _CRON, "CRON", f"(root) CMD ({event.program})"
        return
    letter = world.letter(event)
    if event.kind == "mail-sent" and letter:
        client = f"{letter.client.host}[{letter.client.address}]"
        text = f"{letter.queue}: client={client}, sasl_method=PLAIN, sasl_username={user}"
        yield _MAIL, "postfix/submission/smtpd", text
        return
    if event.service == "shell":
        client = f"{world.machines[event.source].address} port {world.port(event)} ssh2"
        if event.kind == "sign-in":
            yield _AUTH, "sshd", f"Accepted password for {user} from {client}"
            opened = f"session opened for user {user}(uid=1001) by (uid=0)"
            yield _AUTH, "sshd", f"pam_unix(sshd:session): {opened}"
        else:
            named = user if event.by else f"invalid user {user}"
            yield _AUTH, "sshd", f"Failed password for {named} from {client}"
    elif event.service == "mail":
        source = world.machines[event.source]
        client = f"{source.host} [{source.address}]"
        if event.kind == "sign-in":
            yield _MAIL, "cyrus/imaps", f"login: {client} {user} plaintext+TLS User logged in"
        else:
            why = "SASL(-13): authentication failure: checkpass failed"
            yield _MAIL, "cyrus/imaps", f"badlogin: {client} plaintext {user} {why}"
