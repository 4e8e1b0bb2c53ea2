"""A story's TOML, read into `story`: exactly the members of the format, every name looked up."""

from datetime import UTC, datetime
from typing import Any, Final

from comity.drills.errors import (
    DrillDuplicateError,
    DrillFileError,
    DrillMemberError,
    DrillStoryError,
)
from comity.drills.keyed import keyed
from comity.drills.making.check import check_story
from comity.drills.making.harmless import (
    check_line,
    check_name,
    check_plain,
    is_address,
    is_host,
    is_mail,
    refused,
)
from comity.drills.making.kinds import AGENT, DOWNLOADS, EVENTS, FORMS, SERVICES, STATUSES
from comity.drills.making.story import Account, Event, File, Machine, Person, Story, Wanted
from comity.instruments.errors import InstrumentError, LawDuplicateError
from comity.instruments.table import Table
from comity.instruments.toml import parse_toml

MAX_BYTES: Final = 512 * 1024
MAX_EXHIBITS: Final = 32
MAX_EVENTS: Final = 1000
MAX_ORDINARY: Final = 500
MAX_FILE_CHARS: Final = 100_000
MAX_DAYS: Final = 400
_YEARS: Final = range(1990, 2100)
_TALK: Final = ("Lunch on Friday", "Minutes of Monday", "The printer is back", "Leave in May")


def parse_story(data: bytes, *, file: str) -> Story:
    """Return the story that a file tells.

    Args:
        data: untrusted.
        file: its name, for errors.

    Raises:
        DrillError: the first thing that breaks the format, with file and key.

    Source: docs/reference/stories.md.
    """
    if len(data) > MAX_BYTES:
        raise DrillFileError(f"{file}: more than {MAX_BYTES} bytes", file=file, key="")
    try:
        table = parse_toml(data)
    except ValueError as fault:
        raise DrillFileError(f"{file}: {fault}", file=file, key="") from fault
    try:
        return _story(Table(table, file=file, key="the file"), file)
    except LawDuplicateError as fault:
        raise DrillDuplicateError(str(fault), **fault.facts) from fault
    except InstrumentError as fault:
        raise DrillMemberError(str(fault), **fault.facts) from fault


def _story(whole: Table, file: str) -> Story:
    head = Table(whole.take("story"), file=file, key="story")
    begins, ends = moment(head, "begins"), moment(head, "ends")
    people = keyed(whole, "person", _person)
    machines = keyed(whole, "machine", _machine)
    made = Story(
        name=head.name("name"),
        seed=_upto(head, "seed", 2**31),
        begins=begins,
        ends=ends,
        ordinary=_upto(head, "ordinary", MAX_ORDINARY),
        resolver=is_address(head, "resolver", head.text("resolver", "192.0.2.53")),
        talk=tuple(check_line(head, "talk", one) for one in head.texts("talk")) or _TALK,
        people=people,
        machines=machines,
        accounts=keyed(whole, "account", _account),
        files=keyed(whole, "file", _file),
        events=tuple(keyed(whole, "event", _event, most=MAX_EVENTS).values()),
        wanted=keyed(whole, "exhibit", _wanted, most=MAX_EXHIBITS),
        file=file,
    )
    head.done()
    whole.done()
    if not begins < ends or (ends - begins).days > MAX_DAYS:
        raise refused(DrillStoryError, head, f"ends after it begins, within {MAX_DAYS} days")
    check_story(made)
    return made


def _person(row: Table, key: str) -> Person:
    return Person(key=key, name=check_line(row, "name", row.text("name")))


def _machine(row: Table, key: str) -> Machine:
    return Machine(
        key=key,
        host=is_host(row, "host", row.text("host")),
        address=is_address(row, "address", row.text("address")),
        serves=row.texts("serves", tuple(SERVICES)),
        pages=tuple(check_name(row, "path", one) for one in row.texts("pages")),
        agent=check_name(row, "agent", row.text("agent", AGENT)),
    )


def _account(row: Table, key: str) -> Account:
    mail = row.text("mail", "")
    return Account(
        key=key,
        user=check_name(row, "user", row.text("user")),
        mail=is_mail(row, mail) if mail else "",
        person=row.text("person", ""),
        uses=row.texts("uses"),
    )


def _file(row: Table, key: str) -> File:
    made = File(key=key, name=check_name(row, "name", row.text("name")), text=row.text("text"))
    if len(made.text) > MAX_FILE_CHARS:
        raise row.fault(f"text is at most {MAX_FILE_CHARS} characters")
    check_plain(row, "text", made.text)
    return made


def _wanted(row: Table, key: str) -> Wanted:
    check_name(row, "key", key)
    return Wanted(key=key, kind=row.choice("kind", tuple(FORMS)), of=row.text("of"))


def _event(row: Table, key: str) -> Event:
    kind = row.choice("kind", tuple(EVENTS))
    happens = EVENTS[kind]
    at = moment(row, "at")
    given = {name: _member(row, name) for name in happens.must}
    given |= {name: _member(row, name) for name in happens.may if name in row.whole}
    if "from" in given:
        given["source"] = given.pop("from")
    if kind == "sign-in-failed" and ("by" in given) == ("user" in given):
        raise refused(DrillStoryError, row, "sign-in-failed has either by or user")
    if kind.startswith("sign-in"):
        given.setdefault("service", "shell")
    if kind == "file-taken":
        given.setdefault("folder", DOWNLOADS)
    return Event(key=key, kind=kind, at=at, **given)


def _member(row: Table, name: str) -> Any:
    """Return a member of an event in the form that members of its name have."""
    if name == "to":
        found = row.texts(name)
        if not found:
            raise row.fault("to names at least one account")
        return found
    if name == "status":
        status = row.number(name)
        if status not in STATUSES:
            raise row.fault(f"status is one of: {', '.join(map(str, STATUSES))}")
        return status
    if name == "service":
        return row.choice(name, tuple(SERVICES))
    value = row.text(name)
    if name in {"by", "from", "on", "file"}:
        return value
    if name in {"title", "subject", "payee"}:
        return check_line(row, name, value)
    if name == "text":
        check_plain(row, name, value)
        if "\r" in value:
            raise row.fault("text ends its lines with a line feed alone")
        if len(value) > MAX_FILE_CHARS:
            raise row.fault(f"text is at most {MAX_FILE_CHARS} characters")
        return value
    return check_name(row, name, value)


def moment(row: Table, name: str) -> datetime:
    """Return a moment of whole seconds."""
    value = row.take(name)
    if not isinstance(value, datetime) or value.tzinfo is None or value.microsecond:
        raise row.fault(f"{name} is a time in whole seconds with its offset: 2026-12-31T23:15:00Z")
    try:
        found = value.astimezone(UTC)
    except OverflowError as fault:
        raise row.fault(f"{name} is out of reach") from fault
    if found.year not in _YEARS:
        raise row.fault(f"{name} lies between {_YEARS[0]} and {_YEARS[-1]}")
    return found


def _upto(row: Table, name: str, most: int) -> int:
    value = row.number(name) or 0
    if value > most:
        raise row.fault(f"{name} is at most {most}")
    return value
