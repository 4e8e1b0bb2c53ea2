"""What is wrong with a story although each of its entries can be read."""

from collections import Counter
from collections.abc import Collection
from typing import Final, NoReturn

from comity.drills.errors import DrillStoryAddressError, DrillStoryError
from comity.drills.making.kinds import EVENTS
from comity.drills.making.story import Event, Story, Wanted

_FOLDERS: Final = ("Notes", "Downloads", "Documents")  # those of ordinary life
_MARK: Final = "exercise.txt"
_SERVES: Final = {"web-log": "web"}


def check_story(story: Story) -> None:
    """Refuse names of nothing, wrong moments, and what a machine or an account cannot do.

    Raises:
        DrillStoryError, DrillStoryAddressError: the first of them.
    """
    if not story.wanted:
        _refuse(story, "story", "asks for no exhibit")
    for key, account in story.accounts.items():
        place = f"account {key}"
        _known(story, place, "person", account.person, story.people)
        for one in account.uses:
            _known(story, place, "uses", one, story.machines)
    _addresses(story)
    for wanted in story.wanted.values():
        _exhibit(story, wanted)
    for event in story.events:
        _event(story, event)
    _files(story)


def _addresses(story: Story) -> None:
    taken = Counter([story.resolver, *(one.address for one in story.machines.values())])
    hosts = Counter(one.host for one in story.machines.values())
    for key, machine in story.machines.items():
        if taken[machine.address] > 1 or hosts[machine.host] > 1:
            told = f"{story.file}: machine {key}: another has its address or its host"
            raise DrillStoryAddressError(told, file=story.file, key=f"machine {key}")


def _exhibit(story: Story, wanted: Wanted) -> None:
    place = f"exhibit {wanted.key}"
    if wanted.kind == "mailbox":
        _known(story, place, "of", wanted.of, story.accounts)
        if not story.accounts[wanted.of].mail:
            _refuse(story, place, f"{wanted.of} has no mail")
        return
    _known(story, place, "of", wanted.of, story.machines)
    serves = _SERVES.get(wanted.kind, "")
    if serves and serves not in story.machines[wanted.of].serves:
        _refuse(story, place, f"{wanted.of} does not serve {serves}")


def _event(story: Story, event: Event) -> None:
    place = f"event {event.key}"
    if not story.begins <= event.at <= story.ends:
        _refuse(story, place, "happens before the story begins or after it ends")
    _known(story, place, "by", event.by, story.accounts)
    _known(story, place, "from", event.source, story.machines)
    _known(story, place, "on", event.on, story.machines)
    _known(story, place, "file", event.file, story.files)
    for one in event.to:
        _known(story, place, "to", one, story.accounts)
    if event.source == event.on:
        _refuse(story, place, "from and on are one machine")
    serves = event.service or EVENTS[event.kind].serves
    if serves and serves not in story.machines[event.on].serves:
        _refuse(story, place, f"{event.on} does not serve {serves}")
    if event.kind == "mail-sent":
        for one in (event.by, *event.to):
            if not story.accounts[one].mail:
                _refuse(story, place, f"{one} has no mail")


def _files(story: Story) -> None:
    """Refuse a file that is deleted where it is not, or saved where one of its name is."""
    there: set[tuple[str, str, str]] = set()
    spelt = {one.casefold(): one for one in _FOLDERS}
    for event in sorted(story.events, key=lambda one: one.at):
        place = f"event {event.key}"
        if event.kind not in {"file-saved", "file-taken", "file-deleted"}:
            continue
        for part in event.folder.split("/"):
            if spelt.setdefault(part.casefold(), part) != part:
                told = f"folder {part[:64]!a} is spelt {spelt[part.casefold()]!a} elsewhere"
                _refuse(story, place, told)
        if not event.folder and story.files[event.file].name.casefold() == _MARK:
            _refuse(story, place, f"{_MARK} is there on every disk, to say that it is an exercise")
        machine = event.source if event.kind == "file-taken" else event.on
        name = (machine, event.folder.casefold(), story.files[event.file].name.casefold())
        if (event.kind == "file-deleted") != (name in there):
            told = "is not there to be deleted" if event.kind == "file-deleted" else "is there"
            _refuse(story, place, f"{story.files[event.file].name} {told}")
        there ^= {name}


def _known(story: Story, place: str, member: str, name: str, listed: Collection[str]) -> None:
    if name and name not in listed:
        _refuse(story, place, f"{member} names {name[:64]!a}, which is not there")


def _refuse(story: Story, place: str, why: str) -> NoReturn:
    raise DrillStoryError(f"{story.file}: {place}: {why}", file=story.file, key=place)
