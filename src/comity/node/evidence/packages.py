"""Evidence of this office: taking in what an examiner sealed, serving it, recording its events."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from comity.canonical import MisuseError, PeerError, digest_text, parse_digest, state_of
from comity.evidence.offer import Offer, parse_offer
from comity.exchange.bodies import check_body
from comity.files.key_files import write_signed_offer
from comity.node.cases import closed_cases
from comity.node.cases.conversations import message_of, sections_of
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.signals import work_changed
from comity.node.evidence import custody, offers
from comity.node.evidence.storage.quota import check_room
from comity.node.evidence.storage.vault import Vault, open_vault
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Conversation, MessageRow, Officer, Package, SectionRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.search import index


class PackageForeignError(MisuseError, code="package-foreign"):
    """A package is requested by a party it was not offered to."""


class OfferExpiredError(PeerError, code="offer-expired"):
    """A package was offered longer ago than this office serves it; it must be offered again."""


def vault_of(node: Node) -> Vault:
    """Return this node's vault."""
    return open_vault(node.config)


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
        acquired: how and where the evidence was acquired, in words; attested, not proved. Without
            it, the chain of custody does not say so.

    Raises:
        OfferError: the bytes are not the package offered.
        CustodyAwayError, PackageDestroyedError: the exhibit's chain does not allow it.
        PackageElsewhereError: the bytes are here, as an exhibit of another conversation.
        NoRoomError: it does not fit.
        LookupError: no such conversation here.
    """
    offer = acceptable(node, conversation, offer_value, officer=officer)
    check_room(node, offer.sealed_size_bytes, offer.sealed_size_bytes)
    vault_of(node).put(offer, pieces)
    at = now()
    try:
        return committer.run(
            lambda batch: record_sealed(
                node,
                batch,
                conversation,
                offer,
                officer=officer,
                user=user,
                acquired=acquired,
                at=at,
            )
        ).value
    except MisuseError:
        drop_refused(node, offer.root)
        raise


def drop_refused(node: Node, root: bytes) -> None:
    """Delete sealed bytes that were named before the record refused them, and nobody else holds.

    An exhibit may be destroyed, or handed over, while a package of it is on its way in.
    """
    rows = Package.objects.filter(root=digest_text(root))
    if not rows.exclude(stage=Package.Stage.DESTROYED).exists():
        vault_of(node).delete(root)


def acceptable(node: Node, conversation: str, offer_value: object, *, officer: str) -> Offer:
    """Return an offer that this office may make in a conversation.

    Args:
        node: this node.
        conversation: digest of the request that is answered.
        offer_value: section ``offer``, untrusted.
        officer: identifier of who hands the package in.

    Raises:
        OfferError: it is malformed, or nothing that could be offered.
        PackageElsewhereError: these bytes are here, as an exhibit of another conversation.
        CustodyAwayError, PackageDestroyedError: the exhibit's chain does not allow it.
        LookupError: no such conversation here.
    """
    offer = parse_offer(offer_value)
    check_body("offer", offer_value)  # what cannot be offered is not taken in
    who, seen = Officer.objects.filter(identifier=officer).first(), Conversation.objects.all()
    if who is not None:
        seen = circle_of(who, at=now()).conversations()
    if not seen.filter(digest=conversation).exists():
        raise LookupError("no such conversation here")
    custody.check_may_seal(node.party, offer)
    offers.check_handed_in(digest_text(offer.root), conversation, officer=officer, at=now())
    return offer


def record_sealed(
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
    """Write, in the caller's transaction, that a package of ours is in the vault.

    Args:
        node: this node.
        batch: gets the leaf.
        conversation: digest of the request it answers.
        offer: what it is.
        officer: opaque identifier, for the custody chain.
        user: name, for the audit.
        acquired: how and where the evidence was acquired, in words; attested.
        at: this node's clock.
    """
    root = digest_text(offer.root)
    custody.check_may_seal(node.party, offer)
    offers.check_handed_in(root, conversation, officer=officer, at=at)
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
    index.packages([package])
    closed_cases.with_evidence([conversation])
    work_changed.send(None, conversations=[conversation], exhibits=[offer.exhibit])
    facts: dict[str, Any] = {"user": user, "subject": root, "at": at, "party": node.party}
    facts["by"] = officer
    if acquired and not custody.chain(offer.exhibit):  # else nobody here attests how it came
        custody.record(
            batch,
            offer.exhibit,
            event="acquired",
            reason=acquired,
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
        PackageDestroyedError: it was destroyed here.
        OfferExpiredError: it was offered too long ago.
    """
    package = Package.objects.filter(root=root, outgoing=True).exclude(offered_in="").first()
    if package is None or not _is_addressee(node, package, caller):
        raise PackageForeignError("no such package is offered to you")
    if package.stage == Package.Stage.DESTROYED:
        raise custody.PackageDestroyedError("the package was destroyed here")
    days = node.config.offer_days
    offered_at = MessageRow.objects.get(content=package.offered_in).recorded_at
    if days and now() > offered_at + timedelta(days=days):
        raise OfferExpiredError(f"it was offered more than {days} days ago: ask for it again")
    return package


def _is_addressee(node: Node, package: Package, caller: str) -> bool:
    """Tell whether a package was offered to a caller: the newest offer first, that is one row.

    All offers of it are found only by reading every section, and a package is asked for in many
    ranges.
    """
    newest = _offers().filter(content=package.offered_in).first()
    if newest is not None and caller != node.party:
        thread = Conversation.objects.filter(digest=newest.conversation).first()
        if thread is not None and caller in thread.members:
            return True
    return caller in addressees(node, package)


def _offers() -> QuerySet[MessageRow]:
    """Return the offers that this office made, and that hold."""
    return MessageRow.objects.filter(type="evidence.offered", outgoing=True, standing="applied")


def addressees(node: Node, package: Package) -> frozenset[str]:
    """Return the parties to whom a package of ours was offered.

    For which conversation it was handed in says nothing: only what was sent does.
    """
    records = SectionRow.objects.filter(name="offer", value__root=package.root).values("record")
    sent = _offers().filter(record__in=records)
    threads = Conversation.objects.filter(digest__in=sent.values("conversation"))
    every = {party for members in threads.values_list("members", flat=True) for party in members}
    return frozenset(every - {node.party})


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
