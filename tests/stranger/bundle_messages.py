"""Steps 4, 5 and 11 of a verdict: messages, conversations, completeness (spec 16)."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from tests.stranger.approvals import check_approvals, read_countersignature
from tests.stranger.bundle import Case, Said, folder_name
from tests.stranger.bundle_files import entry_at
from tests.stranger.deciding import may_wait
from tests.stranger.directory import Directory
from tests.stranger.editions import Editions, is_private, knowing, type_of
from tests.stranger.message import read_message
from tests.stranger.replay import replay
from tests.stranger.suites import Public, verify_jws
from tests.stranger.tables import check_section
from tests.stranger.values import (
    RefusedError,
    commitment,
    decode,
    demand,
    members,
    time_of,
    unb64,
)

ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


class Timeless(Directory):
    """A directory whose keys are good at any time: step 8 asks when they were."""

    def signer(self, party: str, *, use: str, at: datetime) -> Any:
        """Return the look-up of a party's keys of one use."""

        def find(kid: str) -> Public:
            return self.holds(party, use, kid)

        return find


def timeless(case: Case, author: str, moment: datetime) -> Directory:
    """Return the directory with the policies of a party at a moment."""
    own = case.directory
    entry = entry_at(case, author, moment)
    policies = {author: entry["approval_policy"]} if entry else {}
    return Timeless(case.mode, own.rows, own.origins, policies)


def load_receipts(case: Case) -> None:
    """Read what receipts say of messages, by content and author, before they are verified."""
    for path, _ in case.of_kind("receipt"):
        try:
            said = decode(unb64(decode(case.files[path])["payload"]))
            time_of(said["received_at"])
            case.early.setdefault(said["content"], {})[said["to"]] = said
        except (RefusedError, LookupError, TypeError):
            continue


def step_4(case: Case) -> None:
    """Check each message: signature, sections, chain, approvals."""
    load_receipts(case)
    known = knowing()
    for path, names in case.of_kind("message"):
        message = read_message(decode(case.files[path]), known)
        one = Said(path, message)
        hexed, author, sequence, twin = names
        own = (
            message.conversation[7:],
            folder_name(message.author),
            str(message.value["sequence"]),
        )
        demand(own == (hexed, author, sequence), "bundle-name", path)
        demand(not twin or one.content[7:23] == twin, "bundle-name", path)
        find = timeless(case, message.author, ANY_TIME).signer(
            message.author, use="message", at=ANY_TIME
        )
        verify_jws(message.envelope, thing="message", mode=case.mode, find=find)
        case.said.append(one)
    by_content = case.by_content()
    _sections_of_nobody(case, by_content)
    for one in case.said:
        _sections(case, one)
    _replay(case)
    for one in case.said:
        try:
            _judge_sections(one, known)
            _approvals(case, one, by_content, known)
        except RefusedError as fault:
            if case.counts(one):
                raise
            one.fault = fault.code
    _chains(case)


def _chains(case: Case) -> None:
    """Demand that each message that counts names the one before it in its author's chain."""
    places = defaultdict[tuple[str, str, int], set[str]](set)
    for one in case.said:
        places[one.message.conversation, one.author, one.value["sequence"]].add(one.content)
    for one in case.said:
        sequence, previous = one.value["sequence"], one.value["previous"]
        if sequence > 1 and case.counts(one):
            before = places.get((one.message.conversation, one.author, sequence - 1), set())
            demand(before, "bundle-message-missing", previous)
            demand(previous in before, "bundle-chain", previous)


def early_outcome(case: Case, one: Said) -> str:
    """Return what the receipt says by which a message is judged, or nothing."""
    told = {party: str(said["outcome"]) for party, said in case.early.get(one.content, {}).items()}
    if len(one.value["members"]) == 2:
        return next((said for party, said in told.items() if party != one.author), "")
    return told.get(case.exporter, "")


def _sections_of_nobody(case: Case, by_content: dict[str, Said]) -> None:
    for path, (hexed, name) in case.of_kind("section"):
        one = by_content.get("sha256:" + hexed)
        demand(one and name in one.value["body"], "bundle-section", path)


def _sections(case: Case, one: Said) -> None:
    for name, told in one.value["body"].items():
        path = f"data/sections/{one.content[7:]}/{name}.json"
        here, apart = path in case.files, path in case.withheld
        demand(here != apart, "bundle-section", path)
        if apart:
            one.withheld.add(name)
            continue
        section = decode(case.files[path])
        members(section, "salt value", "section-mismatch")
        good = len(unb64(section["salt"])) == 32 and commitment(section) == told
        demand(good, "section-mismatch", path)
        one.sections[name] = section["value"]


def _judge_sections(one: Said, known: Editions) -> None:
    row, private = type_of(one.value, known), is_private(one.value["type"])
    if row is None:
        return
    names = set(one.value["body"])
    free = {name for name in names if is_private(name) and private}
    due = {name for name, always in row.sections.items() if always}
    demand(due <= names <= set(row.sections) | free, "body-malformed", one.path)
    for name, value in one.sections.items():
        if name not in free:
            check_section(name, value)


def _approvals(case: Case, one: Said, by_content: dict[str, Said], known: Editions) -> None:
    directory = timeless(case, one.author, recorded_at(case, one))
    if type_of(one.value, known) is None:
        return  # of an edition that is not known: what is due cannot be said
    unknown = "request" in one.withheld
    late = unknown or may_wait(one.sections.get("request"))
    due = check_approvals(one.value, directory, at=ANY_TIME, late_allowed=late, known=known)
    one.second_due = "" if due is None else "withheld" if unknown else "absent"
    try:
        _second_approval(case, one, by_content)
    except RefusedError:
        if one.author == case.exporter:
            raise


def _second_approval(case: Case, one: Said, by_content: dict[str, Said]) -> None:
    """Check the second signature that a message brings for an earlier one, and note that (9)."""
    if one.value["type"] != "request.countersigned" or "countersignature" not in one.sections:
        return
    earlier = by_content.get(one.value["about"] or "")
    demand(earlier, "bundle-message-missing", "the message that is countersigned")
    assert earlier is not None
    if type_of(earlier.value, knowing()) is None:
        return  # of an edition that is not known: whether it waits for one cannot be said
    directory = timeless(case, one.author, recorded_at(case, one))
    value = one.sections["countersignature"]
    read_countersignature(value, earlier.message, one.value, directory, at=ANY_TIME)
    if case.counts(one):
        earlier.countersigned = True


def recorded_at(case: Case, one: Said) -> datetime:
    """Return when the message was recorded, by the earliest receipt; else when it was sent."""
    told = case.early.get(one.content, {}).values()
    moments = [time_of(said["received_at"]) for said in told]
    return min(moments, default=time_of(one.value["sent_at"]))


# ------------------------------------------------------------------ conversations


def refusals(case: Case, said: list[Said]) -> dict[str, str]:
    """Return the messages that receipts refuse for what they say."""
    found = {}
    for one in said:
        outcome = early_outcome(case, one)
        if outcome.startswith("refused:") and outcome != "refused:illegal-move":
            found[one.content] = outcome
    return found


def _replay(case: Case) -> None:
    by_conversation: dict[str, list[Said]] = defaultdict(list)
    for one in case.said:
        by_conversation[one.message.conversation].append(one)
    for name, said in by_conversation.items():
        case.outcomes[name] = replay([one.value for one in said], refusals(case, said))


def step_5(case: Case) -> None:
    """Replay each conversation to the stated state and heads."""
    by_conversation: dict[str, list[Said]] = defaultdict(list)
    for one in case.said:
        by_conversation[one.message.conversation].append(one)
    stated = {row["conversation"]: row for row in case.statement["conversations"]}
    for name in stated:
        demand(name in by_conversation, "bundle-message-missing", name)
    for name, said in by_conversation.items():
        demand(name in stated, "bundle-statement", "a conversation that is not stated")
        opening = any(one.content == name for one in said)
        demand(opening, "bundle-message-missing", "the opening")
        outcome = case.outcomes[name]
        first = next(one for one in said if one.content == name)
        row = stated[name]
        demand(row["members"] == first.value["members"], "bundle-statement", "members")
        values = {one.content: one.value for one in said}
        heads = {
            party: {"content": chain[-1], "sequence": values[chain[-1]]["sequence"]}
            for party, chain in outcome.merged().items()
            if chain
        }
        if not outcome.unknown:
            demand(row["heads"] == heads, "bundle-head", str(heads))
            same = case.statement["state"][name] == outcome.state.value()
            demand(same, "bundle-state", name)


def step_11(case: Case) -> None:
    """Check that what messages and receipts name is there."""
    there = case.by_content()
    for told in case.told:
        demand(told.value["content"] in there, "bundle-message-missing", told.path)
    for one in case.said:
        if not case.counts(one):
            continue
        named = [one.value["previous"]]
        named += [mark["content"] for mark in one.value["seen"].values()]
        for content in named:
            demand(content is None or content in there, "bundle-message-missing", one.path)
