"""What has to hold for an act besides its row in the table, and what follows from it elsewhere.

Each function runs in the transaction of the entry: what it raises undoes the act.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comity.canonical import MisuseError
from comity.docket import Item
from comity.docket.entry import read_signature
from comity.files.instruments import check_state
from comity.node.cases import paper_authorities
from comity.node.cases.conversations import is_without_node
from comity.node.cases.docket_store import DocketRuleError, Doing, Rules
from comity.node.docket import translation_jobs
from comity.node.messages import outbox
from comity.node.models import Conversation, DocketItem, MessageRow, Officer, Original, OutboxRow
from comity.node.people import departures
from comity.node.people.office_settings import invisible_in
from comity.node.privacy import rules as privacy_rules
from comity.node.watch import rules as watch_rules


def _order_issued(doing: Doing) -> None:
    value = doing.value
    if value["measure"] == "preservation" and value["until"] is None:
        raise DocketRuleError(
            "an order to preserve must have an end", rule="order-endless", member="until"
        )
    provider = value["provider"]
    if provider and not DocketItem.objects.filter(item=provider, kind="provider").exists():
        raise DocketRuleError(
            "the register has no such provider", rule="provider-unknown", member="provider"
        )


def _rights_recorded(doing: Doing) -> None:
    place = {"digest": doing.value["conversation"], "case": doing.case}
    if not Conversation.objects.filter(**place).exists():
        raise DocketRuleError(
            "the case has no such conversation", rule="conversation-unknown", member="conversation"
        )
    asked = [one["question"] for one in doing.value["answers"]]
    if len(set(asked)) != len(asked):
        raise DocketRuleError(
            "a question is answered once", rule="question-twice", member="answers"
        )


def _rights_signed(doing: Doing) -> None:
    item = doing.item
    if item is None:
        raise DocketRuleError("there is nothing to sign", rule="entry-moved")
    entry = item.entries[-1].entry
    if doing.value["entry"] != entry.digest:
        raise DocketRuleError(
            "the rights check was recorded again: sign the new one",
            rule="entry-moved",
            member="entry",
        )
    node = doing.node
    signed = read_signature(
        doing.value["approval"], entry, node.directory, party=node.party, at=doing.at
    )
    if doing.officer is None or signed.officer != doing.officer.identifier:
        raise DocketRuleError(
            "the signature is another officer's", rule="signature-foreign", member="approval"
        )
    departures.check_signer(signed.certificate)


def _translation_asked(doing: Doing) -> None:
    source = translation_jobs.source_named(doing.value["source"])
    if source is None or doing.case not in source.cases:
        raise DocketRuleError("the case has no such text", rule="text-unknown", member="source")
    if assigned := doing.value["assigned"]:
        _check_translator(assigned)


def _check_translator(identifier: str, **more: Any) -> None:
    found = Officer.objects.filter(identifier=identifier, role=Officer.Role.TRANSLATOR, **more)
    if not found.exists():
        raise DocketRuleError(
            "no translator of this office has this identifier",
            rule="translator-unknown",
            member="assigned",
        )


def _translation_reassigned(doing: Doing) -> None:
    wanted = doing.value["assigned"]
    if doing.item is not None and doing.item.told.get("assigned") == wanted:
        raise DocketRuleError(
            "the job is this person's already", rule="translator-same", member="assigned"
        )
    _check_translator(wanted, user__is_active=True)


def _translation_delivered(doing: Doing) -> None:
    value = doing.value
    if value["text"] is None and value["original"] is None:
        raise DocketRuleError(
            "a translation is a text or a file", rule="translation-empty", member="text"
        )
    if value["original"] and not Original.objects.filter(digest=value["original"]).exists():
        raise DocketRuleError(
            "no original of this digest is kept here", rule="original-unknown", member="original"
        )


def _letter_posted(doing: Doing) -> None:
    row = MessageRow.objects.filter(record=doing.value["record"], outgoing=True).first()
    if row is None:
        raise DocketRuleError(
            "no message of ours has this record", rule="letter-unknown", member="record"
        )
    case = Conversation.objects.values_list("case", flat=True).get(digest=row.conversation)
    if case != doing.case:
        raise DocketRuleError(
            "the message is of another case", rule="letter-unknown", member="record"
        )
    waiting = OutboxRow.objects.filter(record=row.record, stage=OutboxRow.Stage.QUEUED)
    if not any(is_without_node(doing.node.directory, one.addressee) for one in waiting):
        raise DocketRuleError(
            "the message does not wait to go by letter", rule="letter-unknown", member="record"
        )


def _posted(doing: Doing, item: Item) -> None:
    record = item.said("letter.posted")["record"]
    for row in OutboxRow.objects.filter(record=record, stage=OutboxRow.Stage.QUEUED):
        if is_without_node(doing.node.directory, row.addressee):
            outbox.posted(record, row.addressee)


def _came_back(doing: Doing, item: Item) -> None:
    """Let the letter wait again: somebody has to find another way."""
    record = item.said("letter.posted")["record"]
    OutboxRow.objects.filter(record=record, stage=OutboxRow.Stage.POSTED).update(
        stage=OutboxRow.Stage.QUEUED, due_at=doing.at
    )


def _check_contacts(doing: Doing) -> None:
    """Raise if a contact by e-mail has an address that is none."""
    for number, one in enumerate(doing.value["contacts"]):
        if one["channel"] == "e-mail":
            try:
                validate_email(one["address"])
            except ValidationError as fault:
                raise DocketRuleError(
                    "must be an e-mail address, as office@justice.example",
                    rule="email-unfit",
                    member=("contacts", number, "address"),
                ) from fault


def _authority_entered(doing: Doing) -> None:
    paper_authorities.check_entered(doing)
    _check_contacts(doing)


def _provider_entered(doing: Doing) -> None:
    _check_contacts(doing)
    if found := invisible_in(doing.value["name"]):
        raise DocketRuleError(
            f"an invisible character: remove {found}", rule="name-invisible", member="name"
        )
    country = doing.value["country"]
    if country is None:
        return
    try:
        check_state(country)
    except MisuseError as fault:
        raise DocketRuleError(str(fault), rule="country-unknown", member="country") from fault


def _mail_received(doing: Doing) -> None:
    if not Original.objects.filter(digest=doing.value["original"]).exists():
        raise DocketRuleError(
            "no original of this digest is kept here", rule="original-unknown", member="original"
        )
    if doing.case and not Conversation.objects.filter(case=doing.case).exists():
        raise DocketRuleError("this office has no such case", rule="case-unknown")


CHECKS: Final[Mapping[str, Callable[[Doing], None]]] = MappingProxyType(
    {
        "authority.entered": _authority_entered,
        "authority.joined": paper_authorities.check_joined,
        "letter.posted": _letter_posted,
        "mail.received": _mail_received,
        "order.issued": _order_issued,
        "provider.entered": _provider_entered,
        "rights.recorded": _rights_recorded,
        "rights.signed": _rights_signed,
        "translation.asked": _translation_asked,
        "translation.reassigned": _translation_reassigned,
        "translation.delivered": _translation_delivered,
        **watch_rules.CHECKS,
        **privacy_rules.CHECKS,
    }
)
EFFECTS: Final[Mapping[str, Callable[[Doing, Item], None]]] = MappingProxyType(
    {
        "letter.came-back": _came_back,
        "letter.posted": _posted,
        **watch_rules.EFFECTS,
        **privacy_rules.EFFECTS,
    }
)
RULES: Final = Rules(CHECKS, EFFECTS)
