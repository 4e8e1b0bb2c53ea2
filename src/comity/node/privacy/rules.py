"""What has to hold for acts of data protection besides their rows in the table.

Each function runs in the transaction of the entry: what it raises undoes the act.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.canonical import parse_time, time_text
from comity.docket import Entry, Item
from comity.node.cases.docket_store import Doing
from comity.node.cases.privacy_errors import (
    BreachOpenError,
    GroundUnknownError,
    IdentityOpenError,
    PrivacyUnfitError,
    ReviewOwnError,
)
from comity.node.messages.second_officer import check_second_officer
from comity.node.models import DocketItem
from comity.node.privacy import erasure
from comity.node.privacy.grounds import DELAY, exemptions, grounds
from comity.node.privacy.retention_periods import IN_FORCE

NOT_SHOWN: Final = "not-shown"
GRANT: Final = "grant"
_GIVING: Final = (GRANT, "part")


def _said(doing: Doing, act: str) -> dict[str, Any]:
    return doing.item.said(act) if doing.item else {}


def _later(doing: Doing, member: str, than: Any, rule: str) -> None:
    if parse_time(doing.value[member]) <= than:
        told = f"must be later than {time_text(than.replace(microsecond=0))}"
        raise PrivacyUnfitError(told, rule=rule, member=member)


# ------------------------------------------------------------------ periods and reviews


def _retention(doing: Doing) -> None:
    wanted = doing.value["record_class"]
    if doing.item is not None:
        if _said(doing, "retention.set").get("record_class") not in (None, wanted):
            raise PrivacyUnfitError(
                "a period stays with its class", rule="class-fixed", member="record_class"
            )
        return
    if DocketItem.objects.filter(kind="retention", state=IN_FORCE, about=wanted).exists():
        raise PrivacyUnfitError(
            "the class has a period: change that one",
            rule="class-has-period",
            member="record_class",
        )


def _review(doing: Doing) -> None:
    subject = doing.value["subject"]
    if erasure.case_of(subject) != doing.case:
        raise PrivacyUnfitError(
            "the record is of another case", rule="record-of-other-case", member="subject"
        )
    before = doing.item.told.get("subject") if doing.item else None
    if before not in (None, subject):
        raise PrivacyUnfitError(
            "a review stays with its record", rule="review-of-other-record", member="subject"
        )
    if doing.item is None and DocketItem.objects.filter(kind="review", about=subject).exists():
        raise PrivacyUnfitError(
            "the record has a review: go on with that one", rule="review-exists", member="subject"
        )


def _kept(doing: Doing) -> None:
    _review(doing)
    _later(doing, "until", doing.at, "review-past")


def _ordered(doing: Doing) -> None:
    _review(doing)
    erasure.check_erasable(doing.value["subject"])


def last(item: Item | None, act: str) -> Entry | None:
    """Return the newest entry of an act, or None."""
    found = [done.entry for done in item.entries if done.entry.act == act] if item else []
    return found[-1] if found else None


def _destroyed(doing: Doing) -> None:
    ordered = last(doing.item, "review.ordered")
    _check_entry(doing, ordered)
    two = doing.node.config.destruction_officers > 1
    if doing.officer is None or (two and ordered is not None and doing.by == ordered.by):
        raise ReviewOwnError("a second officer confirms a destruction", rule="second-officer")
    if two and ordered is not None:
        check_second_officer(
            doing.node,
            first=ordered.by,
            second=doing.by,
            ordered_at=ordered.at,
            at=doing.at,
        )
    erasure.check_erasable(_said(doing, "review.ordered")["subject"])


def _erase(doing: Doing, item: Item) -> None:
    user = doing.officer.user.get_username() if doing.officer else "operator"
    subject = item.said("review.ordered")["subject"]
    erasure.erase(subject, review=item.id, by=user, at=doing.at)


def _check_entry(doing: Doing, wanted: Entry | None) -> None:
    if wanted is None or doing.value["entry"] != wanted.digest:
        raise PrivacyUnfitError(
            "it was changed since you opened it: read it again first",
            rule="entry-renewed",
            member="entry",
        )


# ------------------------------------------------------------------ what a person asks


def _received(doing: Doing) -> None:
    value = doing.value
    shown, by = value["identity"] != NOT_SHOWN, value["identity_shown_by"]
    if shown and by is None:
        raise PrivacyUnfitError(
            "is missing: say how it was shown", rule="identity-unproved", member="identity_shown_by"
        )
    if by is not None and not shown:
        raise PrivacyUnfitError(
            "says how it was shown, though it was not", rule="identity-contrary", member="identity"
        )


def _extended(doing: Doing) -> None:
    due = doing.item.due if doing.item else None
    if due is not None:
        _later(doing, "due", due, "deadline-no-later")


def identity(item: Item | None) -> str:
    """Return how it was shown who asks, as far as it was by now."""
    told = item.told if item else {}
    return str(told.get("identity") or NOT_SHOWN)


def _decided(doing: Doing) -> None:
    decision, given = doing.value["decision"], doing.value["grounds"]
    check_grounds(decision, given, member="grounds")
    if decision in _GIVING and identity(doing.item) == NOT_SHOWN:
        raise IdentityOpenError(
            "say first how it was shown who asks", rule="identity-open", member="decision"
        )


def check_grounds(decision: str, given: list[str], *, member: str) -> None:
    """Hold a decision to its grounds.

    Args:
        decision: code of it.
        given: codes of the grounds.
        member: of the act, which names them.

    Raises:
        GroundUnknownError: none where one is due, some where none is, or one that is not for it.
    """
    if decision == GRANT:
        if given:
            raise GroundUnknownError(
                "who is given all that was asked needs no ground",
                rule="ground-needless",
                member=member,
            )
        return
    known = grounds()
    fitting = {code for code, one in known.items() if decision in one.stands_for}
    if not given or not set(given) <= fitting:
        raise GroundUnknownError(
            "a decision that gives less names grounds of the list for it",
            rule="ground-unfit",
            member=member,
        )


# ------------------------------------------------------------------ told later


def _delayed(doing: Doing) -> None:
    _later(doing, "until", doing.at, "deferral-past")
    check_grounds(DELAY, [doing.value["ground"]], member="ground")


# ------------------------------------------------------------------ breaches


def _parties(doing: Doing) -> None:
    named = doing.value["parties"]
    if doing.node.party in named:
        raise PrivacyUnfitError("name other authorities", rule="party-own-data", member="parties")
    if len(set(named)) != len(named):
        raise PrivacyUnfitError("name each authority once", rule="party-twice", member="parties")


def _state_told(doing: Doing) -> None:
    if doing.value["party"] not in parties(doing.item):
        raise PrivacyUnfitError(
            "their data is not said to be concerned: say that first",
            rule="party-unconcerned",
            member="party",
        )


def parties(item: Item | None) -> list[str]:
    """Return the authorities whose data a breach concerns, as far as it is known by now."""
    return list(item.told.get("parties") or ()) if item else []


def untold(item: Item) -> list[str]:
    """Return the authorities whose data a breach concerns and who were not told."""
    done = {d.body.get("party") for d in item.entries if d.entry.act == "breach.state-told"}
    return [party for party in parties(item) if party not in done]


def everybody_told(item: Item) -> bool:
    """Tell whether the supervisory authority, all States and the people were told of a breach."""
    acts = {done.entry.act for done in item.entries}
    return {"breach.reported", "breach.people-told"} <= acts and not untold(item)


def _breach_closed(doing: Doing) -> None:
    told = doing.item is not None and everybody_told(doing.item)
    if not told and doing.value["not_told"] is None:
        raise BreachOpenError(
            "say why somebody who is to be told was not",
            rule="not-told-unexplained",
            member="not_told",
        )


# ------------------------------------------------------------------ releases


def _listed(doing: Doing) -> None:
    known = exemptions()
    for place, row in enumerate(doing.value["records"]):
        codes, at, line = row["codes"], ("records", place, "codes"), {"line": row["number"]}
        if not set(codes) <= set(known):
            raise GroundUnknownError(
                "a code that is not on the list", rule="code-unknown", member=at, said=line
            )
        if (row["standing"] == "released") == bool(codes):
            raise GroundUnknownError(
                "what is withheld says why, what is released does not",
                rule="code-contrary",
                member=at,
                said=line,
            )


def _approved(doing: Doing) -> None:
    listed = last(doing.item, "release.listed")
    _check_entry(doing, listed)
    if doing.officer is None or (listed is not None and doing.by == listed.by):
        raise ReviewOwnError("who drew up the list does not approve it", rule="second-officer")


CHECKS: Final[Mapping[str, Callable[[Doing], None]]] = MappingProxyType(
    {
        "retention.set": _retention,
        "review.kept": _kept,
        "review.ordered": _ordered,
        "review.destroyed": _destroyed,
        "subject-request.received": _received,
        "subject-request.extended": _extended,
        "subject-request.decided": _decided,
        "person-notice.delayed": _delayed,
        "breach.found": _parties,
        "breach.updated": _parties,
        "breach.state-told": _state_told,
        "breach.closed": _breach_closed,
        "release.listed": _listed,
        "release.approved": _approved,
    }
)
EFFECTS: Final[Mapping[str, Callable[[Doing, Item], None]]] = MappingProxyType(
    {"review.destroyed": _erase}
)
