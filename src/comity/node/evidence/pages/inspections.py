"""What examiners found inside an exhibit, as a page: partitions and the first files."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

from comity.canonical import parse_time, unb64
from comity.node.core.clock import now
from comity.node.evidence import exhibits, inspections, labels, use_limits
from comity.node.log import audit
from comity.node.models import Exhibit, Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, reveal
from comity.node.service.handle import this_service
from comity.node.web.permissions import only
from comity.node.web.render import page

FIRST_FILES: Final = 200


@only(Right.READ_CONTENT)
def inspected(request: HttpRequest, digest: str) -> HttpResponse:
    """Show the inspections of the exhibit in a package. The reading is audited."""
    try:
        holding = exhibits.find(digest)
    except Exhibit.DoesNotExist:
        raise Http404 from None
    found = inspections.of(holding.exhibit)
    if not found:
        raise Http404
    at, user = now(), request.user.get_username()
    marked = marks.on(Mark.Kind.EXHIBIT, holding.exhibit)
    if marked and reveal.hidden(Mark.Kind.EXHIBIT, holding.exhibit, user=user, at=at):
        hiding = {
            "exhibit": holding.exhibit,
            "marks": marked,
            "hidden": True,
            "abuse": any(mark.marker == marks.ABUSE for mark in marked),
        }
        return page(request, "evidence/inspections.html", hiding)
    audit.note(
        at=at,
        actor=user,
        action="evidence.inspection-read",
        subject=holding.subject,
        detail="desk",
    )
    lines = [
        {
            "row": row,
            "at": parse_time(value["inspected_at"]),
            "images": [_image(image) for image in value["images"]],
        }
        for row, value in found
    ]
    same = holding.package.offer if holding.package else None
    bound = use_limits.bounds(this_service().node, holding.exhibit, same=same)
    context = {"exhibit": holding.exhibit, "marks": marked, "lines": lines, "bound": bound}
    return page(request, "evidence/inspections.html", context)


def _image(image: dict[str, Any]) -> dict[str, Any]:
    """Return an image as the page shows it."""
    contents = image["contents"] or {"file_systems": [], "volume_system": None}
    acquisition, checked = image["acquisition"], image["checked"]
    left = FIRST_FILES
    systems = []
    for system in contents["file_systems"]:
        files = [_file(row) for row in system.get("files", ())[:left]]
        more = system.get("truncated", False) or len(files) < len(system.get("files", ()))
        systems.append({**system, "rows": files, "more": more})
        left -= len(files)
    return {
        "checked": checked and {**checked, "means": labels.VERDICT[checked["verdict"]]},
        "files": [{**file, "shown": _name(file["name"])} for file in image["files"]],
        "findings": image["findings"],
        "format": f"{image['format']} {image['variant']}".strip(),
        "headers": _headers(acquisition["headers"] if acquisition else {}),
        "media_size_bytes": image["media_size_bytes"],
        "partitions": _partitions(contents["volume_system"]),
        "stored": acquisition["stored"] if acquisition else None,
        "systems": systems,
    }


def _headers(headers: dict[str, str]) -> list[tuple[Any, str]]:
    return [(labels.HEADER.get(name, name), text) for name, text in sorted(headers.items())]


def _partitions(volumes: dict[str, Any] | None) -> list[dict[str, Any]]:
    parts = volumes["partitions"] if volumes else []
    return [{**part, "means": labels.PARTITION[part["kind"]]} for part in parts]


def _file(row: dict[str, Any]) -> dict[str, Any]:
    modified = row["modified"]
    return {
        **row,
        "means": labels.FILE_TYPE[row["type"]],
        "modified_at": parse_time(modified) if modified else None,
        "shown": _name(row["path"]),
    }


def _name(name: dict[str, str]) -> str:
    """Return a name; bytes that are no text as Python would write them."""
    return name["text"] if "text" in name else ascii(unb64(name["bytes"]))[2:-1]
