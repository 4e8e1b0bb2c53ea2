"""Acts on exhibits, inspections and packages."""

from typing import Any, Final

from tests.actions.sample import Made, Sample

_ROOT: Final = "0a1b" * 16
_REASON: Final = {"reason": "Judgment final; order 9/2026"}
_IMAGE: Final[dict[str, Any]] = {
    "acquisition": None,
    "checked": None,
    "contents": None,
    "files": [{"name": {"text": "disk.raw"}, "size_bytes": 512}],
    "findings": [],
    "format": "raw",
    "media_size_bytes": 512,
    "metadata": {},
    "variant": "",
}
_INSPECTION: Final = {
    "images": [_IMAGE],
    "inspected_at": "2026-03-01T10:00:00Z",
    "inspection": 1,
    "software": {"comity": "1", "libewf": None, "sleuthkit": None},
}


def _exhibit(made: Made) -> dict[str, Any]:
    return {"name": made["subject"]}


def _root(made: Made) -> dict[str, Any]:
    return {"root": made["root"]}


def _ordered(made: Made) -> dict[str, Any]:
    from comity.node.evidence import destruction_orders
    from comity.node.evidence.exhibits import Officer as Who
    from comity.node.models import Officer
    from comity.node.service.handle import command_service

    author, service = Officer.objects.get(user__username="author"), command_service()
    destruction_orders.order(
        service.node,
        service.committer,
        made["subject"],
        officer=Who(author.identifier, "author"),
        reason="Judgment final; order 9/2026",
    )
    return {}


def _failed(made: Made) -> dict[str, Any]:
    from comity.node.models import Package

    rows = Package.objects.filter(root=f"sha256:{made['root']}")
    rows.update(outgoing=False, stage=Package.Stage.FAILED)
    return {}


def _stray(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.models import StrayPackage

    StrayPackage.objects.create(root=f"sha256:{_ROOT}", size_bytes=9000, came_at=now())
    return {}


SAMPLES: Final = {
    "exhibit.note": Sample(
        who="author",
        place=_exhibit,
        said=lambda _made: {"event": "opened", "reason": "Examined"},
        again=True,
    ),
    "exhibit.derive": Sample(
        who="author",
        place=_exhibit,
        said=lambda _made: {"part": "Users/anna/mail.mbox", "reason": "Needed alone"},
        again=True,
    ),
    "exhibit.retain": Sample(
        who="author",
        place=_exhibit,
        said=lambda _made: {
            "retention_class": "serious crime",
            "until": "2046-12-31T23:59:59Z",
        },
        again=True,
    ),
    "destruction.order": Sample(who="author", place=_exhibit, said=lambda _made: _REASON),
    "destruction.confirm": Sample(who="approver", first=_ordered, place=_exhibit),
    "destruction.withdraw": Sample(who="approver", first=_ordered, place=_exhibit),
    "inspection.add": Sample(
        who="author",
        place=_exhibit,
        said=lambda _made: {"inspection": _INSPECTION},
        again=True,
    ),
    "package.fetch": Sample(who="author", first=_failed, place=_root),
    "stray.destroy": Sample(who="author", first=_stray, place=lambda _made: {"root": _ROOT}),
}
