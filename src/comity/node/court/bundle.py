"""Gathering a case from this node's database, and writing it as a court bundle.

Everything is read in one transaction, so the bundle shows one moment; evidence is streamed after.

Source: spec/16-bundles.md.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from comity import __version__
from comity.bundle import layout
from comity.bundle import write as writing
from comity.bundle.folder import opener, write_folder
from comity.bundle.redaction import Redactor, Rule
from comity.bundle.statement import Withheld
from comity.bundle.write import Written
from comity.canonical import MisuseError, PeerError, digest, digest_text, state_of
from comity.directory import Directory
from comity.evidence import bag
from comity.evidence.limits import Limit
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.passport import Passport
from comity.evidence.passport_case import case_document
from comity.exchange import Message, Section
from comity.exchange.certificates import certificate_record
from comity.exchange.conversation import DOUBLE_SPEAK
from comity.files.errors import translating
from comity.keys import Jws, jws
from comity.ledger import LogOrigin
from comity.node.cases.conversations import message_of
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.court.bundle_evidence import vault_opener
from comity.node.court.bundle_log import BundleLog
from comity.node.evidence import custody, other_use, use_limits
from comity.node.evidence.custody_passport import passport_of
from comity.node.evidence.packages import vault_of
from comity.node.federation.issue_receipt import receipt_for
from comity.node.log import audit, directory_snapshots
from comity.node.models import (
    Conversation,
    LogEntry,
    LogHead,
    MessageRow,
    PartnerCheckpoint,
    ReceiptRow,
    SectionRow,
)

OPERATOR: Final = "operator"
_AT_ONCE: Final = 500  # values in one IN, below every database's limit
_NOT_OURS: Final = (
    "audit.anchored",
    "domestic.note",
)  # leaves that never leave the office (design 4)


class CaseUnknownError(MisuseError, code="case-unknown"):
    """This node has no case of that number."""


class ExhibitForeignError(MisuseError, code="exhibit-foreign"):
    """A folder of an opened exhibit is of no package offered in the case."""


class PapersWithheldError(MisuseError, code="papers-withheld"):
    """Papers for people are wanted in a bundle from which something is withheld."""


class ExhibitWithheldError(MisuseError, code="exhibit-withheld"):
    """An exhibit is to be both withheld whole and released opened."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What goes into a bundle.

    Attributes:
        case: the office's number.
        rules: what is withheld, why and by which decision.
        exhibits: folders of packages opened with ``comity open``.
        papers: language of the passports to put in for people, or empty for none.
        purpose: one of `other_use.PURPOSES`, or empty.
        by: who wants it, for the audit.
    """

    case: str
    rules: tuple[Rule, ...] = ()
    exhibits: tuple[Path, ...] = ()
    papers: str = ""
    purpose: str = ""
    by: str = OPERATOR


def write_bundle(
    node: Node, order: Order, target: Path, *, progress: Callable[[int], None] | None = None
) -> Written:
    """Write the bundle of a case into a new folder and return what was signed about it.

    Args:
        node: this node.
        order: what goes into it.
        target: the folder to make.
        progress: is told how many bytes were written so far.

    Raises:
        CaseUnknownError: no such case here.
        UsePurposeError, UseConsentError: a limit of use stands against it, or wants a purpose.
        ExhibitForeignError: a folder that no offer of the case explains.
        PapersWithheldError: passports are wanted, and something is withheld.
        FontMissingError: a passport cannot be set here.
        RedactionUnmetError: a rule names what the bundle would not hold.
        BundlePathError: a path that would not survive NTFS or exFAT.
        OutputExistsError, StorageError: by what the file system refused.
    """
    if order.papers and order.rules:
        raise PapersWithheldError("a passport tells of what is withheld: leave the papers out")
    with transaction.atomic():
        gathered = _Gathering(node, order, now())
        case = gathered.case()
        passports = gathered.passports(case.chains) if order.papers else ()
    if passports:
        case = replace(case, papers=printed(passports, order.papers))
    evidence = gathered.evidence()
    gathered.redactor.check_met()
    written = write_folder(target, case, node.keys["export"], evidence=evidence, progress=progress)
    if order.purpose:
        audit.note(
            at=gathered.at,
            actor=order.by,
            action="use.declared",
            subject=order.case,
            detail=order.purpose,
        )
    return written


def owed_notices(node: Node, order: Order) -> tuple[str, ...]:
    """Return the parties that are to be told of the use of a bundle without delay."""
    with transaction.atomic():
        gathered = _Gathering(node, order, now())
        gathered.case()
    return other_use.check_use(gathered.bound, order.purpose)


def _is_idle(row: MessageRow) -> bool:
    """Tell whether a message came in and was refused, or is a twin: it can name any exhibit."""
    return not row.outgoing and (row.outcome.startswith("refused:") or row.outcome == DOUBLE_SPEAK)


@dataclass
class _Gathering:
    """One bundle's working memory."""

    node: Node
    order: Order
    at: datetime
    rows: list[MessageRow] = field(init=False)
    messages: list[Message] = field(init=False)
    idle: frozenset[str] = field(init=False)
    """Content of messages whose word on evidence this node never took in."""
    withheld: dict[str, Withheld] = field(default_factory=dict)
    hidden_chains: dict[str, Withheld] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    redactor: Redactor = field(init=False)
    bound: tuple[use_limits.Bound, ...] = ()

    def __post_init__(self) -> None:
        """Find the case's messages."""
        self.redactor = Redactor(self.order.rules)
        threads = Conversation.objects.filter(case=self.order.case).values_list("digest", flat=True)
        self.rows = [
            row
            for part in _parts(list(threads))
            for row in MessageRow.objects.filter(conversation__in=part).order_by("epoch", "index")
        ]
        if not self.rows:
            raise CaseUnknownError(f"this node has no case {self.order.case!a}")
        self.messages = [message_of(row) for row in self.rows]
        self.idle = frozenset(row.content for row in self.rows if _is_idle(row))

    def case(self) -> writing.Case:
        """Return everything but evidence; notes what is withheld on the way."""
        sections = {message.content: self._sections(message) for message in self.messages}
        receipts = self._receipts()
        chains = self._chains(sections)
        self._packages()
        self.bound = self._bound()
        other_use.check_use(self.bound, self.order.purpose)
        leaves = self._leaves(receipts)
        said = [m.draft.heard.get(self.node.party) for m in self.messages]
        heard = [one.tree for one in said if one is not None and one.tree is not None]
        log = BundleLog(self.node, leaves, [r for r in self.rows if not r.outgoing], heard)
        partners = self._partner_checkpoints()
        snapshot = directory_snapshots.newest(self.node)
        proof = directory_snapshots.proof_of(self.node, snapshot) if snapshot else None
        return writing.Case(
            mode=self.node.config.mode,
            exporter=self.node.party,
            exported_at=self.at,
            messages=self.messages,
            sections=sections,
            withheld=self.withheld,
            receipts=receipts,
            directory=self._directory(proof),
            leaves=log.proved(),
            checkpoints=partners | log.checkpoints(),
            consistency=log.consistency(),
            stamps=log.stamps(),
            successors=log.successors(),
            snapshot=snapshot,
            snapshot_proof=proof,
            chains=chains,
            limits=tuple(self._limits()),
        )

    def _bound(self) -> tuple[use_limits.Bound, ...]:
        """Return what binds the exhibits of the case, and those they were made from."""
        offers = {offer.exhibit: offer.to_value() for offer in self.offers}
        found = use_limits.bounds_of_each(self.node, list(offers.items()))
        return tuple(one for every in found for one in every)

    def _limits(self) -> Iterator[Limit]:
        """Yield each limit once; of one whose section is withheld, that it is there."""
        every = dict.fromkeys(limit for one in self.bound for limit in one.found.limits)
        for limit in every:
            sections = ("conditions", "information")
            paths = {layout.section_path(limit.source, name) for name in sections}
            hidden = paths & self.withheld.keys()
            yield replace(limit, text="", lang="") if hidden else limit

    def _sections(self, message: Message) -> dict[str, Section]:
        """Return a message's sections, and note those that are erased, not kept, or withheld."""
        found: dict[str, Section] = {}
        rows = {row.name: row for row in SectionRow.objects.filter(record=message.record)}
        counts = message.content not in self.idle
        for name in message.draft.body:
            path, row = layout.section_path(message.content, name), rows.get(name)
            if row is None:
                self.withheld[path] = Withheld("not kept: the message was refused on arrival")
            elif row.salt is None:
                self.withheld[path] = Withheld(row.erased_because or "erased")
            elif (why := self.redactor.section(message.content, name)) is not None:
                self.withheld[path] = why
                if name == "custody" and row.value is not None:
                    self.hidden_chains[row.value["exhibit"]] = why
            else:
                found[name] = Section(bytes(row.salt), row.value)
            if name == "offer" and counts and row is not None and row.salt is not None:
                self.offers.append(parse_offer(row.value))
        return found

    def _receipts(self) -> list[Jws]:
        """Return the receipts got and those given; note those that have not come."""
        found = []
        for row, message in zip(self.rows, self.messages, strict=True):
            got = {
                receipt.party: bytes(receipt.jws)
                for receipt in ReceiptRow.objects.filter(record=row.record, fault="")
            }
            if not row.outgoing:
                # One that came back after a restore is the one that its author has heard.
                first = got.get(self.node.party)
                found.append(jws.parse(first) if first else receipt_for(self.node, row, None))
                continue
            for party in message.draft.members:
                if party in got:
                    found.append(jws.parse(got[party]))
                elif party != self.node.party:
                    path = layout.receipt_path(row.record, party)
                    self.withheld[path] = Withheld("not received so far")
        return found

    def _chains(self, sections: Mapping[str, Mapping[str, Section]]) -> dict[str, list[object]]:
        handed = (
            found["custody"].value
            for content, found in sections.items()
            if "custody" in found and content not in self.idle
        )
        exhibits = {value["exhibit"] for value in handed} | {o.exhibit for o in self.offers}
        chains: dict[str, list[object]] = {}
        for exhibit in sorted(exhibits | self.hidden_chains.keys()):
            events = custody.chain(exhibit)
            if exhibit in self.hidden_chains:  # it says all that the withheld section says
                self.withheld[layout.custody_path(exhibit)] = self.hidden_chains[exhibit]
            elif events:
                chains[exhibit] = [event.to_value() for event in events]
            else:
                self.withheld[layout.custody_path(exhibit)] = Withheld("not kept here")
        return chains

    def passports(self, chains: Iterable[str]) -> tuple[Passport, ...]:
        """Return what is known of each exhibit whose chain is in the bundle."""
        return tuple(passport_of(self.node, exhibit, at=self.at) for exhibit in sorted(chains))

    def _packages(self) -> None:
        vault = vault_of(self.node)
        for offer in self.offers:
            path, why = layout.package_path(offer.root), self.redactor.package(offer)
            if why is not None:
                self.withheld[path] = why
            elif not vault.has(offer.root):
                self.withheld[path] = Withheld("this node does not hold the package")

    def _leaves(self, receipts: Iterable[Jws]) -> list[LogEntry]:
        """Return the log entries about anything in the bundle, but for domestic ones."""
        records = {row.record for row in self.rows}
        records |= {digest_text(digest("record", envelope.record)) for envelope in receipts}
        records |= {digest_text(offer.root) for offer in self.offers}
        records |= _certificates(self.messages)
        for statement in LogHead.objects.exclude(successor=None).values_list(
            "successor", flat=True
        ):
            records.add(digest_text(digest("record", bytes(statement or b""))))
        return [
            entry
            for part in _parts(sorted(records))
            for entry in LogEntry.objects.filter(record__in=part, salt__isnull=False)
            .exclude(kind__in=_NOT_OURS)
            .order_by("epoch", "index")
        ]

    def _partner_checkpoints(self) -> dict[tuple[str, int], str]:
        parties = {party for message in self.messages for party in message.draft.members}
        rows = PartnerCheckpoint.objects.filter(party__in=sorted(parties - {self.node.party}))
        return {(row.party, LogOrigin.parse(row.origin).epoch): row.note for row in rows}

    def _directory(self, proof: bytes | None) -> Directory:
        """Return the directory of the parties in the case, and of who proves its snapshot."""
        whole = self.node.directory
        parties = {party for message in self.messages for party in message.draft.members}
        parties.add(self.node.party)
        if proof is not None:
            parties.add(directory_snapshots.party_of(proof))
        states = {state_of(party) for party in parties}
        return replace(
            whole,
            states={name: chain for name, chain in whole.states.items() if name in states},
            entries={name: found for name, found in whole.entries.items() if name in parties},
        )

    def evidence(self) -> dict[str, writing.Opener]:
        """Return path -> opener of sealed packages and of opened exhibits."""
        vault = vault_of(self.node)
        found: dict[str, writing.Opener] = {}
        for offer in self.offers:
            path = layout.package_path(offer.root)
            if path not in self.withheld:
                found[path] = vault_opener(vault, offer.root)
        for folder in self.order.exhibits:
            found |= self._exhibit(folder)
        return found

    def _exhibit(self, folder: Path) -> dict[str, writing.Opener]:
        """Return the files of an opened exhibit, and note those that are withheld."""
        with translating(f"reading {folder}"):
            tags = (folder / bag.TAG_MANIFEST_NAME).read_bytes()
            wanted = hashlib.sha256(tags).digest()
            offer = next((item for item in self.offers if item.tag_manifest == wanted), None)
            if offer is None:
                raise ExhibitForeignError(f"{folder.name} is no opened package of this case")
            if self.redactor.whole(offer):
                raise ExhibitWithheldError("an exhibit that is withheld whole is given opened")
            found = {}
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    inside = path.relative_to(folder).as_posix()
                    place = layout.exhibit_path(offer.root, inside)
                    why = self.redactor.file(offer, inside) if _is_payload(inside) else None
                    if why is None:
                        found[place] = opener(path)
                    else:
                        self.withheld[place] = why
            return found


def printed(passports: Iterable[Passport], lang: str) -> dict[str, bytes]:
    """Return the passports by their path in a bundle: as PDF, and as CASE/UCO.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: one cannot be set.
    """
    from comity.papers.passport import passport_pdf
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import words

    found = {}
    for item in passports:
        pdf = passport_pdf(item, words(lang), made_at=item.generated_at, fonts=FontPlaces())
        found[layout.paper_path(f"passport-{item.exhibit}")] = pdf
        found[layout.case_path(item.exhibit)] = case_document(item, software_version=__version__)
    return found


def _is_payload(path: str) -> bool:
    return path.startswith("data/")


def _certificates(messages: Iterable[Message]) -> set[str]:
    found = set()
    for message in messages:
        for approval in message.approvals:
            try:
                found.add(certificate_record(jws.parse_value(approval["certificate"])))
            except (PeerError, KeyError, TypeError):
                continue  # a message that was refused for it
    return found


def _parts[T](values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
