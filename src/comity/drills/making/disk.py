"""A machine's disk: files that were saved or taken, in their folders, and those deleted since."""

from comity.drills.errors import DrillStorySizeError
from comity.drills.fat import Placed, write_volume
from comity.drills.making.kinds import SAYS
from comity.drills.making.story import Wanted
from comity.drills.making.told import placed
from comity.drills.making.world import World

MARK = "EXERCISE.TXT"
"""A file that every disk has: it says that it is an exercise."""


def write_disk(world: World, wanted: Wanted) -> bytes:
    """Return the image of one machine's disk.

    Raises:
        DrillStorySizeError: the files are more than a volume of 1.44 MB holds.
    """
    begins = world.story.begins
    files = [Placed(path=MARK, data=f"{SAYS}\n".encode(), at=begins)]
    last: dict[str, int] = {}
    for event in world.events:
        found = placed(world, wanted, event)
        if found:
            last[found[0].casefold()] = len(files)
            files.append(Placed(path=found[0], data=found[1], at=event.at))
        elif event.kind == "file-deleted" and event.on == wanted.of:
            at = last[world.path(event).casefold()]
            old = files[at]
            files[at] = Placed(path=old.path, data=old.data, at=old.at, deleted=True)
    image = write_volume("EXERCISE", files, at=begins)
    if image is None:
        place = f"exhibit {wanted.key}"
        told = f"{world.story.file}: {place}: the files are more than a volume of 1.44 MB holds"
        raise DrillStorySizeError(told, file=world.story.file, key=place)
    return image
