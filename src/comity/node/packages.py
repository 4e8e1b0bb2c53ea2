"""Evidence in and out: taking in a sealed package, serving it, fetching what is offered."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError, OperationError, digest_text, parse_digest, state_of
from comity.evidence.offer import Offer, parse_offer
from comity.exchange.bodies import check_body
from comity.files.signed_offer import write_signed_offer
from comity.node import audit, custody
from comity.node.clock import now
from comity.node.committer import Committer
from comity.node.logstore import Batch
from comity.node.models import Conversation, MessageRow, Package
from comity.node.node import Node
from comity.node.partner_http import PartnerClient, PartnerRefusedError
from comity.node.records import message_of, sections_of
from comity.node.vault import Arriving, Vault

_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,16})-\d{1,16}/(\d{1,16})")


class PackageForeignError(MisuseError):
    """A package is asked for by somebody it was not offered to."""

    code = "package-foreign"


class PackageStalledError(OperationError):
    """A partner sent fewer bytes than it owed; the next attempt goes on from there."""

    code = "package-stalled"


def vault_of(node: Node) -> Vault:
    """Return this node's vault."""
    return Vault(node.config.vault)


def store_upload(
    node: Node,
    committer: Committer,
    *,
    conversation: str,
    offer_value: object,
    pieces: Iterable[bytes],
    officer: str,
    user: str,
    acquired: str = "",
) -> Package:
    """Take in a package that an examiner of this office sealed for a case.

    Args:
        node: this node.
        committer: its committer.
        conversation: digest of the request it answers.
        offer_value: section ``offer`` as the examiner's program made it.
        pieces: the sealed bytes.
        officer: opaque identifier, for the custody chain.
        user: name, for the audit.
        acquired: how and where the evidence was acquired, in words; attested, not proved.

    Raises:
        OfferError: the bytes are not the package offered.
        CustodyAwayError, PackageDestroyedError: the exhibit's chain does not allow it.
        LookupError: no such conversation here.
    """
    offer = parse_offer(offer_value)
    check_body("offer", offer_value)  # what cannot be offered is not taken in
    if not Conversation.objects.filter(digest=conversation).exists():
        raise LookupError("no such conversation here")
    custody.check_may_seal(node.party, offer)
    vault_of(node).put(offer, pieces)
    at = now()
    return committer.run(
        lambda batch: _sealed(
            node, batch, conversation, offer, officer=officer, user=user, acquired=acquired, at=at
        )
    ).value


def _sealed(
    node: Node,
    batch: Batch,
    conversation: str,
    offer: Offer,
    *,
    officer: str,
    user: str,
    acquired: str,
    at: datetime,
) -> Package:
    root = digest_text(offer.root)
    custody.check_may_seal(node.party, offer)
    package, new = Package.objects.get_or_create(
        root=root,
        defaults={
            "exhibit": offer.exhibit,
            "conversation": conversation,
            "offer": offer.to_value(),
            "outgoing": True,
            "stage": Package.Stage.SEALED,
            "stored_bytes": offer.sealed_size_bytes,
            "changed_at": at,
        },
    )
    if not new:
        return package
    facts: dict[str, Any] = {"user": user, "subject": root, "at": at, "party": node.party}
    facts["by"] = officer
    if not custody.chain(offer.exhibit):
        custody.record(
            batch,
            offer.exhibit,
            event="acquired",
            reason=acquired or "acquired before it was sealed",
            digest_after=offer.file_list,
            **facts,
        )
    custody.record(
        batch,
        offer.exhibit,
        event="sealed",
        reason="sealed for the case",
        digest_before=offer.file_list,
        digest_after=offer.root,
        **facts,
    )
    return package


def offered_to(node: Node, caller: str, root: str) -> Package:
    """Return a package of ours that was offered to a caller.

    Raises:
        PackageForeignError: there is none; a stranger learns nothing else.
    """
    package = Package.objects.filter(root=root, outgoing=True).exclude(offered_in="").first()
    members = Conversation.objects.get(digest=package.conversation).members if package else ()
    if package is None or caller not in members or caller == node.party:
        raise PackageForeignError("no such package is offered to you")
    return package


def served(node: Node, committer: Committer, package: Package, caller: str) -> None:
    """Record that the last byte of a package went to a partner."""
    at = now()

    def work(batch: Batch) -> None:
        leaf = batch.append(
            salt=os.urandom(32), kind="evidence.served", time=at, record=package.root
        )
        audit.note(
            at=at,
            actor=caller,
            action="evidence.served",
            subject=package.root,
            epoch=batch.head.epoch,
            leaf=leaf,
        )

    committer.run(work)


def pull(node: Node, client: PartnerClient, package: Package) -> Package:
    """Fetch a package that is offered to us, going on from what is here and verified.

    Raises:
        OfferError: what came is not what was offered; what was verified before it stays.
        PartnerUnreachableError, PackageStalledError: it is tried again.
    """
    offer = parse_offer(package.offer)
    vault = vault_of(node)
    if not vault.has(offer.root):
        partner = next(p for p in _members(package) if p != node.party)
        path = f"/exchange/v1/packages/{offer.root.hex()}"
        answer = client.call(partner, "GET", f"{path}/blocks")
        if answer.status != 200:
            raise PartnerRefusedError(f"the partner answered {answer.status}")
        arriving = Arriving.expect(vault, offer, answer.body)
        start = arriving.here_bytes
        if start < offer.sealed_size_bytes:
            span = {"Range": f"bytes={start}-"}
            with client.stream(partner, "GET", path, headers=span) as response:
                if response.status_code not in (200, 206):
                    raise PartnerRefusedError(f"the partner answered {response.status_code}")
                _check_range(response.headers.get("Content-Range"), start, offer)
                arriving.add(response.iter_raw(1024 * 1024))
        arriving.finish()
    if not vault.has(offer.root):
        raise PackageStalledError("the partner sent fewer bytes than offered")
    package.stage, package.stored_bytes = Package.Stage.STORED, offer.sealed_size_bytes
    package.last_fault, package.changed_at = "", now()
    package.save()
    return package


def _check_range(header: str | None, start: int, offer: Offer) -> None:
    found = _CONTENT_RANGE.fullmatch(header or "")
    if start == 0 and found is None:
        return
    if not found or int(found[1]) != start or int(found[2]) != offer.sealed_size_bytes:
        raise PackageStalledError("the partner sent another range than asked for")


def _members(package: Package) -> list[str]:
    return list(Conversation.objects.get(digest=package.conversation).members)


def read_sealed(node: Node, root: str, *, start: int, end: int) -> Iterator[bytes]:
    """Yield sealed bytes of a package that is here."""
    return vault_of(node).read(parse_digest(root), start=start, end=end)


def signed_offer_of(node: Node, package: Package) -> bytes:
    """Return the signed offer of a package, as a file an examiner's program can check alone."""
    row = MessageRow.objects.get(content=package.offered_in)
    message, section = message_of(row), sections_of(row.record)["offer"]
    sender = message.draft.author
    return write_signed_offer(
        message.envelope,
        section,
        states=[s.jws for s in node.directory.state_records(state_of(sender))],
        entries=[e.jws for e in node.directory.versions(sender)],
    )
