"""The step in which partners are taken in, from a file that came by hand or from a directory."""

import hashlib
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.canonical import ComityError, MisuseError
from comity.directory.store import DirectoryStore
from comity.directory.tuf_client import Refreshed
from comity.directory.verdicts import Batch
from comity.files.terminal import safe_text
from comity.intake.safe_zip import MAX_ZIP_BYTES
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.operations.setup_wizard import build_node, entry_revision, labels
from comity.node.operations.setup_wizard.by_directory import (
    DirectoryBrought,
    look_at_directory,
    take_directory_in,
)
from comity.node.operations.setup_wizard.forms import LineField
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.partners import (
    SECRETARIAT,
    NotComparedError,
    PartnerFileError,
    look_at,
    take_in,
)
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step

_LOOKED: Final = "looked"
"""In the address of the page that shows what was looked at, with its digest."""
_MAX_PENDING: Final = 4
_LONGEST_NAME: Final = 120
_LONGEST_ADDRESS: Final = 400
_LONGEST_WHOM: Final = 100


@step("partners")
def partners(request: HttpRequest) -> HttpResponse:
    """Take in what came from other States or from a secretariat."""
    said = request.POST
    if request.method != "POST":
        return _shown(request)
    try:
        if "done" in said:
            this_setup().progress.put("partners", {"at": now().isoformat()})
            return redirect("setup-people")
        if "confirm" in said:
            return _confirmed(request)
        return _directory(request) if "address" in said else _file(request)
    except PartnerFileError as fault:
        file = request.FILES.get("file")
        name = safe_text(file.name or "")[:_LONGEST_NAME] if file else ""
        facts = {"file": f"\u2068{name}\u2069", "row": fault.facts["row"]}
        return _refused(request, labels.PARTNER_FILE[str(fault.facts["why"])] % facts)
    except ComityError as fault:
        return _refused(request, labels.PROBLEM.get(fault.code, fault.code))


def _file(request: HttpRequest) -> HttpResponse:
    data, problem = _sent(request.FILES.get("file"))
    if problem:
        return _refused(request, problem)
    brought = look_at(config().directory, data)
    return _looked(_kept(data, brought))


def _directory(request: HttpRequest) -> HttpResponse:
    """Look at a directory, at its address or in a copy."""
    url, copy = request.POST["address"].strip(), request.FILES.get("copy")
    if len(url) > _LONGEST_ADDRESS:
        told = _("The address is too long: it has at most %(n)s characters. Enter it again.")
        return _refused(request, told % {"n": _LONGEST_ADDRESS})
    if not url and copy is None:
        return _refused(request, _("Enter the address of the directory, or choose a copy of it."))
    data, problem = _sent(copy) if copy else (b"", "")
    if copy is not None and not data:
        problem = problem or _("The ZIP file is empty. Ask for the copy again.")
    if problem:
        return _refused(request, problem)
    try:
        brought = look_at_directory(config().directory, url, data, at=now())
    except MisuseError:
        return _refused(request, labels.PROBLEM["directory-address"])
    return _looked(_kept(url.encode() + b"\0" + data, brought))


def _looked(digest: str) -> HttpResponse:
    """Go to the page that shows what was looked at: a reload of that page sends nothing again."""
    return redirect(f"{reverse('setup-partners')}?{_LOOKED}={digest}")


def _shown(request: HttpRequest) -> HttpResponse:
    """Show what was looked at and is to be confirmed, or what was imported just now."""
    digest = request.GET.get(_LOOKED, "")[:64]
    brought = this_setup().pending.get(digest)
    if brought is not None:
        kind = "directory" if isinstance(brought, DirectoryBrought) else "brought"
        return _partners(request, digest=digest, **{kind: brought})
    shown, this_setup().imported = this_setup().imported, {}
    return _partners(request, **shown)


def _sent(file: Any) -> tuple[bytes, str]:
    """Return the bytes of a file that was sent, and in words why there are none."""
    if file is None:
        return b"", _("No file chosen. Choose a file first.")
    if file.size > MAX_ZIP_BYTES:
        return b"", _("The file is larger than 8 MB. Choose another one.")
    return file.read(), ""


def _kept(data: bytes, brought: object) -> str:
    """Keep what was looked at until it is confirmed; return the name it is confirmed by."""
    digest, pending = hashlib.sha256(data).hexdigest(), this_setup().pending
    while len(pending) >= _MAX_PENDING:
        pending.pop(next(iter(pending)))
    pending[digest] = brought
    return digest


def _confirmed(request: HttpRequest) -> HttpResponse:
    digest = request.POST["confirm"][:64]
    brought = this_setup().pending.get(digest)
    if brought is None:
        return _refused(request, _("Send it once more."))
    compared = frozenset(request.POST.getlist("compared"))
    with_whom = request.POST.get("with", "").strip()
    by_directory = isinstance(brought, DirectoryBrought)
    fresh = brought.fresh
    try:
        LineField(max_length=_LONGEST_WHOM, required=bool(fresh)).clean(with_whom)
        if by_directory:
            found = _take_directory(brought, compared)
            shown = _news(found.batch, []) | {"warnings": _warnings(found)}
        else:
            batch = take_in(config().directory, brought, compared=compared, at=now())
            shown = _news(batch, fresh or [one.state for one in brought.states])
    except (NotComparedError, ValidationError) as fault:
        told: Any = _(
            "Tick that you compared the fingerprints, and enter the person and telephone number."
        )
        if with_whom and isinstance(fault, ValidationError):
            told = fault.messages[0]
        again = {"directory" if by_directory else "brought": brought, "digest": digest}
        return _refused(request, told, compared=compared, with_whom=with_whom, **again)
    for subject in fresh:
        audit.note(
            at=now(), actor=SETUP, action="directory.pinned", subject=subject, detail=with_whom
        )
    this_setup().pending.pop(digest, None)
    this_setup().imported = shown
    return redirect("setup-partners")


def _take_directory(brought: DirectoryBrought, compared: frozenset[str]) -> Refreshed:
    """Take a directory in; from its address the node takes it again by itself."""
    found = take_directory_in(
        config().directory, brought, compared=SECRETARIAT in compared, at=now()
    )
    if brought.url and not brought.data:
        build_node.set_members(config(), directory_url=brought.url)
    return found


def _news(batch: Batch | None, states: list[str]) -> dict[str, Any]:
    """Return what became of records: taken in, refused, and not in force."""
    news = batch.news if batch else ()
    unlike = [one for one in news if one.what == "reset"]
    taken = dict.fromkeys([*states, *(one.subject for one in news if one not in unlike)])
    return {"batch": batch, "taken": list(taken), "unlike": unlike, "came": True}


def _warnings(found: Refreshed) -> list[dict[str, Any]]:
    """Return in words what a person should see of a directory."""
    return [
        {"subject": one.subject, "told": labels.PROBLEM.get(one.code, one.code)}
        for one in found.warnings
    ]


def _refused(request: HttpRequest, told: Any, **more: Any) -> HttpResponse:
    return _partners(request, status=422, problem=told, **more)


def _partners(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    store = DirectoryStore.open(config().directory)
    held = store.load()
    directory = more.get("directory")
    context = {
        "pinned": sorted(held.states.keys() | held.trust.delegations.keys()),
        "parties": held.parties(),
        "root": held.trust.root is not None,
        "address": request.POST.get("address", "")[:_LONGEST_ADDRESS],
        "warnings": _warnings(directory.found) if directory else (),
        "secretariat": SECRETARIAT,
        "differing": _differing(),
        **more,
    }
    return page(request, "partners", context, status=status)


def _differing() -> list[Any]:
    """Return in what this node's own entry, once it was imported, differs from the answers."""
    found, said = config(), this_setup().progress.read()
    signed = entry_revision.signed_entry(found)
    parts = entry_revision.differing_parts(found, said, signed) if signed else []
    return [entry_revision.PART[part] for part in parts]
