"""A mailbox: mbox with messages as they were sent and received.

Source: RFC 5322; RFC 2045, 2047, 2183 (attachments, words that are not ASCII); RFC 5321 section 4.4
(Received); RFC 4155 (mbox; lines that begin with From are quoted as mboxrd quotes them).
"""

import base64
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comity.drills.making.kinds import SAYS
from comity.drills.making.spelling import DAYS, MONTHS
from comity.drills.making.story import Account, Wanted
from comity.drills.making.told import is_in
from comity.drills.making.world import Letter, World

_WORD_BYTES: Final = 42  # of one encoded word, so that a line stays below 76 characters
_MAX_LINE: Final = 900
_FROM: Final = re.compile(r"^(>*From )", re.MULTILINE)


def write_mailbox(world: World, wanted: Wanted) -> bytes:
    """Return the mailbox of one account; a header of each mail says that it is an exercise."""
    parts = []
    for event in world.events:
        letter = world.letter(event)
        if letter and is_in(letter, wanted):
            day = f"{DAYS[letter.at.weekday()]} {MONTHS[letter.at.month - 1]} {letter.at.day:>2}"
            first = f"From {letter.sender.mail} {day} {letter.at:%H:%M:%S %Y}"
            text = _message(world, letter, is_sent=wanted.of == letter.sender.key)
            parts.append(f"{first}\n{_FROM.sub(r'>\1', text)}\n")
    return "".join(parts).encode()


def _message(world: World, letter: Letter, *, is_sent: bool) -> str:
    """Return headers and body, lines ended by a line feed, as in a file."""
    lines = [] if is_sent else list(_received(letter))
    lines += [
        f"Date: {_date(letter.at)}",
        f"From: {_named(world, letter.sender)}",
        f"To: {',\n '.join(_named(world, one) for one in letter.to)}",
        f"Subject: {_words(letter.subject)}",
        f"Message-ID: <{letter.id}>",
        f"X-Exercise: {SAYS}",
        "MIME-Version: 1.0",
    ]
    body = list(_text(letter.text.rstrip("\n") + "\n"))
    if not letter.file:
        return "\n".join([*lines, *body])
    file, mark = world.files[letter.file], f"=_{letter.id[:20]}"
    lines += [f'Content-Type: multipart/mixed; boundary="{mark}"', "", f"--{mark}"]
    lines += [*body, f"--{mark}"]
    lines += [
        "Content-Type: text/plain; charset=utf-8",
        f'Content-Disposition: attachment; filename="{file.name}"',
        "Content-Transfer-Encoding: base64",
        "",
        *_base64(file.data),
        f"--{mark}--",
    ]
    return "\n".join([*lines, ""])


def _received(letter: Letter) -> Iterator[str]:
    """Yield who took the mail over from whom, the last first."""
    domain, via = letter.to[0].mail.partition("@")[2], letter.via
    yield (
        f"Received: from {via.host} ({via.host} [{via.address}])\n"
        f"\tby mx.{domain} (Postfix) with ESMTPS id {letter.queue[::-1]}\n"
        f"\tfor <{letter.to[0].mail}>; {_date(letter.at + timedelta(seconds=2))}"
    )
    yield (
        f"Received: from {letter.client.host} ({letter.client.host} [{letter.client.address}])\n"
        f"\tby {via.host} (Postfix) with ESMTPSA id {letter.queue};\n"
        f"\t{_date(letter.at)}"
    )


def _date(at: datetime) -> str:
    return f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} +0000"


def _named(world: World, account: Account) -> str:
    person = world.story.people.get(account.person)
    if person is None:
        return f"<{account.mail}>" if account.mail else ""
    name = person.name
    if name.isascii():
        plain = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}" <{account.mail}>'
    return f"{_words(name)}\n <{account.mail}>"


def _words(text: str) -> str:
    """Return a text for a header: as it stands, or in encoded words of whole characters."""
    if text.isascii() and "=?" not in text:
        return text
    words, now = [], b""
    for char in text:
        if len(now + char.encode()) > _WORD_BYTES:
            words.append(now)
            now = b""
        now += char.encode()
    spelt = [f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in (*words, now)]
    return "\n ".join(spelt)


def _text(text: str) -> Iterator[str]:
    """Yield headers and lines of a body of plain text."""
    plain = text.isascii() and all(len(line) < _MAX_LINE for line in text.split("\n"))
    yield "Content-Type: text/plain; charset=utf-8"
    yield f"Content-Transfer-Encoding: {'7bit' if plain else 'base64'}"
    yield ""
    if plain:
        yield from text.split("\n")
    else:
        yield from _base64(text.encode())
        yield ""


def _base64(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[at : at + 76] for at in range(0, len(text), 76)]
