"""Acts on what is sensitive."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _marked(made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.sensitive import marks
    from comity.node.service.handle import command_service

    marks.put(
        command_service().committer,
        "exhibit",
        made["subject"],
        "media",
        reason="Pictures",
        user="examiner",
        at=now(),
    )
    return {}


def _exhibit(made: Made) -> dict[str, Any]:
    return {"kind": "exhibit", "subject": made["subject"]}


def _told(_made: Made) -> dict[str, Any]:
    return {"marker": "media", "reason": "Pictures of a victim"}


SAMPLES: Final = {
    "mark.set": Sample(who="author", place=_exhibit, said=_told, again=True),
    "mark.lift": Sample(who="author", first=_marked, place=_exhibit, said=_told),
}
