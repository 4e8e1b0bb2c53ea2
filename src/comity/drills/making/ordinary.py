"""Ordinary life around a story: events that nobody tells, of people who work as on any day."""

from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Final

from comity.drills.making.dice import Dice
from comity.drills.making.harmless import RANGES
from comity.drills.making.kinds import DOWNLOADS
from comity.drills.making.story import Account, Event, File, Machine, Story

_STRANGERS: Final = 3
_PROBED: Final = ("/robots.txt", "/favicon.ico", "/admin", "/backup.old", "/status")
_JOBS: Final = ("/usr/sbin/logrotate /etc/logrotate.conf", "/usr/bin/run-parts /etc/cron.hourly")
_KINDS: Final = (
    *("page-opened",) * 8,
    *("sign-in",) * 3,
    "sign-in-failed",
    *("mail-sent",) * 2,
    *("program-run",) * 2,
    *("probe",) * 2,
    "file-saved",
)


@dataclass(frozen=True, kw_only=True)
class Ordinary:
    """Ordinary life: events, and the machines and files that only they know."""

    events: tuple[Event, ...]
    machines: tuple[Machine, ...]
    files: tuple[File, ...]


def ordinary(story: Story, dice: Dice) -> Ordinary:
    """Return as many events as the story asks for, fewer where nobody could do them.

    They come from machines that an account `uses`, and from strangers who look for open doors; the
    machines of which only the story tells do nothing else.
    """
    strangers = _strangers(story, dice)
    seconds = int((story.ends - story.begins).total_seconds())
    events: list[Event] = []
    files: list[File] = []
    for number in range(story.ordinary):
        kind = dice.pick(_KINDS)
        at = story.begins + timedelta(seconds=dice.below(seconds + 1))
        key = f"~{number}"  # no key of a story begins so
        event = _one(story, dice, kind, strangers)
        if event is None:
            continue
        event = replace(event, key=key, at=at, ordinary=True)
        if kind == "file-saved":
            name = f"note {number}.txt"
            if any(one.name.casefold() == name for one in story.files.values()):
                continue
            text = "\n".join(dice.pick(story.talk) for _ in range(1 + dice.below(20))) + "\n"
            files.append(File(key=key, name=name, text=text))
            event = replace(event, file=key)
        events.append(event)
        again = at + timedelta(seconds=4 + dice.below(9))
        if kind == "sign-in-failed" and again <= story.ends:
            events.append(replace(event, key=f"{key}-again", kind="sign-in", at=again))
    return Ordinary(events=tuple(events), machines=strangers, files=tuple(files))


def _one(story: Story, dice: Dice, kind: str, strangers: tuple[Machine, ...]) -> Event | None:
    """Return an event of a kind, without key and time, or None where nobody can do it."""
    blank = Event(key="", kind=kind, at=story.begins)
    web = [one for one in story.machines.values() if "web" in one.serves]
    if kind == "probe":
        if not web:
            return None
        return replace(
            blank,
            kind="page-opened",
            source=dice.pick(strangers).key,
            on=dice.pick(web).key,
            path=dice.pick(_PROBED),
            status=404,
        )
    if kind == "program-run":
        serving = [one for one in story.machines.values() if one.serves]
        if not serving:
            return None
        return replace(blank, on=dice.pick(serving).key, program=dice.pick(_JOBS))
    people = [one for one in story.accounts.values() if one.uses]
    if not people:
        return None
    by = dice.pick(people)
    source = dice.pick(by.uses)
    if kind == "file-saved":
        return replace(blank, on=source, folder=dice.pick(("Notes", DOWNLOADS, "Documents")))
    if kind == "mail-sent":
        return _mail(story, dice, by, replace(blank, by=by.key, source=source))
    others = [one for one in story.machines.values() if one.serves and one.key != source]
    if kind == "page-opened":
        others = [one for one in others if "web" in one.serves]
        if not others:
            return None
        on = dice.pick(others)
        return replace(blank, source=source, on=on.key, path=dice.pick(on.pages or ("/",)))
    others = [one for one in others if set(one.serves) & {"shell", "mail"}]
    if not others:
        return None
    on = dice.pick(others)
    service = dice.pick([one for one in on.serves if one != "web"])
    return replace(blank, by=by.key, source=source, on=on.key, service=service)


def _mail(story: Story, dice: Dice, by: Account, blank: Event) -> Event | None:
    servers = [
        one for one in story.machines.values() if "mail" in one.serves and one.key != blank.source
    ]
    to = [one for one in story.accounts.values() if one.uses and one.mail and one.key != by.key]
    if not by.mail or not servers or not to:
        return None
    domain = by.mail.partition("@")[2]
    own = [one for one in servers if one.host.endswith(domain)]
    return replace(
        blank,
        on=dice.pick(own or servers).key,
        to=(dice.pick(to).key,),
        subject=dice.pick(story.talk),
        text=dice.pick(story.talk) + "\n",
    )


def _strangers(story: Story, dice: Dice) -> tuple[Machine, ...]:
    """Return machines at addresses that nobody in the story has."""
    taken = {story.resolver, *(one.address for one in story.machines.values())}
    found: list[Machine] = []
    while len(found) < _STRANGERS:
        address = str(IPv4Address(int(dice.pick(RANGES).network_address) + 1 + dice.below(254)))
        if address in taken:
            continue
        taken.add(address)
        number = len(found) + 1
        host = f"probe{number}.stranger.test"
        found.append(Machine(key=f"~{number}", host=host, address=address, agent="probe/1.0"))
    return tuple(found)
