"""What a bundle shows, each claim with its word (spec 16), contradictions and disputes apart."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.stranger.bundle import APPLIES, Case, Said, Told
from tests.stranger.bundle_evidence import compared, differing, explained
from tests.stranger.bundle_logs import counting, dated, stamped, witnesses_of
from tests.stranger.bundle_messages import refusals
from tests.stranger.claims import (
    CEILINGS,
    Claim,
    contradicted,
    conversations,
    disputed,
    grown,
    odd_claims,
)
from tests.stranger.custody import HAND_OVERS
from tests.stranger.epochs import read_origin
from tests.stranger.log import check_consistency
from tests.stranger.moments import odd_moments
from tests.stranger.replay import ILLEGAL, replay
from tests.stranger.suites import parse_jws
from tests.stranger.values import RefusedError, decode, unb64

SURE = ("unknown", "attested", "proved")


def claims_of(case: Case) -> list[Claim]:
    """Return all claims of a verdict."""
    odd = odd_claims(case) + odd_moments(case) + _offered_otherwise(case)
    told = {(one.name, one.about) for one in odd if one.word in ("contradicted", "disputed")}
    plain = [
        *_keys(case),
        *_messages(case),
        *_receipts(case),
        *_states(case),
        *_logs(case, odd),
        *_times(case),
        *_custody(case),
        *_evidence(case),
        Claim("nothing-later", "unknown", (case.exporter,)),
        Claim("not-invented-together", "unknown"),
    ]
    good = [one for one in plain if (one.name, one.about) not in told]
    odd = list(dict.fromkeys(odd))
    for one in good:
        ceiling = CEILINGS[one.name]
        assert SURE.index(one.word) <= SURE.index(ceiling), f"{one} is surer than {ceiling}"
    return odd + good


def _sure(case: Case, party: str) -> str:
    return "proved" if case.pinned(party) else "attested"


def _keys(case: Case) -> list[Claim]:
    states = sorted(case.book.states)
    prose = [path for kind in ("readme", "paper", "case") for path, _ in case.of_kind(kind)]
    return [
        Claim("exporter-signed", _sure(case, case.exporter), (case.exporter,)),
        *(Claim("exporter-prose", "attested", (case.exporter,), path) for path in prose),
        *(Claim("party-keys", _sure(case, state), (state,)) for state in states),
        Claim("directory-current", "unknown", (case.exporter,)),
        Claim("directory-dated", "unknown"),
    ]


def _named(value: Any) -> Iterator[str]:
    """Yield the conversations that a section names."""
    if isinstance(value, dict) and isinstance(value.get("conversation"), str):
        yield value["conversation"]
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _named(inner)


def _messages(case: Case) -> list[Claim]:
    return [claim for one in case.said for claim in _message(case, one)]


def _message(case: Case, one: Said) -> Iterator[Claim]:
    sure, by = _sure(case, one.author), (one.author,)
    yield Claim("message-signed", sure, by, one.path)
    for name in one.value["body"]:
        word = "unknown" if name in one.withheld else sure
        yield Claim("section-content", word, by, f"{one.path} {name}")
    if one.value["approvals"] and case.counts(one):
        yield Claim("approval", "attested", by, one.path)
    if one.second_due and case.counts(one):
        shown = one.countersigned and one.second_due != "withheld"
        who = by if shown else ()
        yield Claim("second-approval", "attested" if shown else "unknown", who, one.path)
    for name in set(_named(one.sections)) - set(case.outcomes):
        yield Claim("conversation-named", "unknown", (), f"{one.path} {name}")
    yield from _named_in_vain(case, one)


def _named_in_vain(case: Case, one: Said) -> Iterator[Claim]:
    """Say of messages that are named and not there whose word it is (C-16-28)."""
    there, value = case.by_content(), one.value
    names = [value["previous"], value["about"], *(m["content"] for m in value["seen"].values())]
    by = one.author
    if not case.counts(one):
        told = case.early[one.content].items()
        by = next(p for p, said in told if said["outcome"].startswith(("held", "refused:")))
    for name in names:
        if name is not None and name not in there:
            yield Claim("message-named", "unknown", (by,), f"{one.path} {name}")


def heard(case: Case, told: Told) -> bool:
    """Tell whether an independent party signed a receipt, or says that it has heard it."""
    if case.independent(told.value["to"]):
        return True
    return any(
        told.content in row["receipts"]
        for one in case.said
        if case.independent(one.author)
        for row in one.value["heard"].values()
    )


def _receipts(case: Case) -> list[Claim]:
    found, by_content = [], case.by_content()
    for told in case.told:
        word = "proved" if heard(case, told) else "attested"
        found.append(Claim("receipt", word, (told.value["to"],), told.path))
        said, one = told.value["outcome"], by_content[told.value["content"]]
        if said.startswith("refused:") and said != ILLEGAL:
            borne = said in (f"refused:{one.fault}", _standing(case, one))
            word = _sure(case, told.value["to"]) if borne else "unknown"
            found.append(Claim("refusal-ground", word, (told.value["to"],), told.path))
    paths = [path for path in case.withheld if path.startswith("data/receipts/")]
    return found + [Claim("receipt", "unknown", (case.exporter,), path) for path in paths]


def _standing(case: Case, one: Said) -> str:
    """Return what a message comes to if nobody's refusal of it is believed."""
    said = conversations(case)[one.message.conversation]
    refused = {name: why for name, why in refusals(case, said).items() if name != one.content}
    return replay([other.value for other in said], refused).standing[one.content]


# ------------------------------------------------------------------ states


def shown_past(case: Case, said: list[Said]) -> tuple[set[str], set[str]]:
    """Return the past of the independent members' newest statements, and who made these.

    A receipt whose author had said more than is merged here shows nothing; one that holds or
    refuses a message, that message alone (C-16-42 and C-16-85).
    """
    there, outcome = {one.content: one for one in said}, case.outcomes[said[0].message.conversation]
    merged = {content for chain in outcome.merged().values() for content in chain}
    own = [one for one in said if case.independent(one.author) and one.content in merged]
    found, alone, waiting = set[str](), set[str](), [one.content for one in own]
    parties = {one.author for one in own}
    for told in case.told:
        party, content, head = (told.value[name] for name in ("to", "content", "head"))
        if not case.independent(party) or content not in there:
            continue
        if head and head["content"] not in merged:
            continue
        parties.add(party)
        alone.add(content)
        waiting += [content] if told.value["outcome"] in APPLIES else []
        waiting += [head["content"]] if head else []
    while waiting:
        content = waiting.pop()
        if content in there and content not in found:
            found.add(content)
            value = there[content].value
            names = [value["previous"], *(mark["content"] for mark in value["seen"].values())]
            waiting += [name for name in names if name is not None]
    return found | alone, parties


def _states(case: Case) -> list[Claim]:
    found = []
    for name, said in conversations(case).items():
        outcome = case.outcomes[name]
        if outcome.unknown:
            found.append(Claim("state", "unknown", (), name))
            continue
        past, parties = shown_past(case, said)
        if not past or name not in past:
            found.append(Claim("state", "attested", (case.exporter,), name))
            continue
        refused = _heard_refusals(case, said)
        values = [one.value for one in said if one.content in past]
        shown = replay(values, refused).state.value()
        found.append(Claim("state", "proved", tuple(sorted(parties)), name))
        if shown != outcome.state.value():
            found.append(Claim("state", "attested", (case.exporter,), name))
    return found


def _heard_refusals(case: Case, said: list[Said]) -> dict[str, str]:
    own = {
        told.value["content"]
        for told in case.told
        if told.value["to"][:2] == case.exporter[:2] and not heard(case, told)
    }
    return {name: why for name, why in refusals(case, said).items() if name not in own}


# ------------------------------------------------------------------ logs and times


def _logs(case: Case, odd: list[Claim]) -> list[Claim]:
    found = []
    for one in case.said:
        said = one.value["heard"].get(case.exporter)
        if one.author != case.exporter and said and said["checkpoint"]:
            sure = "proved" if case.independent(one.author) else "attested"
            tree = said["checkpoint"]
            if case.is_lost(tree["origin"], tree["size"]):
                found.append(Claim("log-heard", "unknown", (one.author,), one.path))
            elif grown(case, tree):
                found.append(Claim("log-heard", sure, (one.author,), one.path))
    found += [
        Claim("log-epoch", "attested", (party,), path)
        for (party, _), path in sorted(case.opened.items())
    ]
    found += _unexplained(case)
    parties = {party for one in case.said for party in one.value["members"]}
    found += [_single(case, party) for party in sorted(parties)]
    found += [
        Claim("log-continues", "unknown", (), party)
        for party in sorted(parties - {case.exporter})
        if not continues(case, party)
    ]
    for (party, epoch), tree in case.trees.items():
        shown = sum(leaf.epoch == epoch for leaf in case.leaves)
        if party == case.exporter and shown < tree.size:
            found.append(Claim("log-entry", "unknown", (), tree.origin))
    known = _records(case)
    found += [
        Claim("log-entry", "unknown", (), f"{leaf.epoch} {leaf.index}")
        for leaf in case.leaves
        if leaf.opening["record"] not in known
    ]
    if case.leaves and not any(one.name == "log-order" for one in odd):
        found.append(Claim("log-order", "attested", (case.exporter,)))
    return found


def _unexplained(case: Case) -> list[Claim]:
    """Return what is said of epochs that no entry lists and no statement explains (C-10-26)."""
    told = {one.tree.origin for one in case.told} | {tree.origin for tree in case.trees.values()}
    later = [read_origin(text) for text in sorted(told - case.directory.origins.keys())]
    return [
        Claim("log-epoch", "unknown", (one.party,), str(one.epoch))
        for one in later
        if (one.party, one.epoch) not in case.opened
    ]


def _records(case: Case) -> set[str]:
    """Return the record digests of what is in the bundle."""
    found = {one.record for one in case.said} | {told.record for told in case.told}
    found |= {parse_jws(decode(case.files[path])).record for path in case.opened.values()}
    found |= {"sha256:" + root for root in case.explaining()}
    approvals = [row for one in case.said for row in one.value["approvals"]]
    return found | {parse_jws(row["certificate"]).record for row in approvals}


def _times(case: Case) -> list[Claim]:
    found = [
        Claim("received-at", "attested", (told.value["to"],), f"receipt {told.content}")
        for told in case.told
    ]
    for one in case.said:
        found.append(Claim("sent-at", "attested", (one.author,), one.content))
        found += _existed(case, one)
        if _is_revoked(case, one) and _exporter_alone(case, one):
            found.append(Claim("key-in-time", "attested", (case.exporter,), one.path))
    found += [Claim("existed-by", "unknown", (), note) for note in case.foreign]
    return [*found, Claim("exported-at", "attested", (case.exporter,), "export")]


def continues(case: Case, party: str) -> bool:
    """Tell whether receipts show that the trees of a partner's log continue one another."""
    trees: dict[tuple[str, int], bytes] = {}
    for tree in [told.tree for told in case.told if told.value["to"] == party] + [
        tree for (owner, _), tree in case.trees.items() if owner == party
    ]:
        trees[tree.origin, tree.size] = tree.root
    linked = set()
    for told in case.told:
        proof, tree = told.value["consistency"], told.tree
        old = trees.get((tree.origin, proof["from"])) if proof else None
        if told.value["to"] == party and old is not None:
            path = [unb64(step) for step in proof["path"]]
            try:
                check_consistency(proof["from"], tree.size, path, old, tree.root)
            except RefusedError:
                continue
            linked.add((tree.origin, tree.size))
    firsts = {min(size for o, size in trees if o == origin) for origin, _ in trees}
    return all(place in linked or place[1] in firsts for place in trees)


def _single(case: Case, party: str) -> Claim:
    """Tell whether witnesses of enough States signed the checkpoint of each epoch (C-16-67)."""
    epochs = [epoch for owner, epoch in case.trees if owner == party]
    rows = [counting(case, party, epoch) for epoch in epochs]
    if case.trust and rows and min(map(len, rows)) >= case.trust.threshold:
        names = sorted({name for row in rows for _, name, _ in row})
        return Claim("log-single", "proved", tuple(names), party)
    return Claim("log-single", "unknown", (), party)


def _existed(case: Case, one: Said) -> list[Claim]:
    """Tell by when a message existed: by time stamps, witnesses, or receipts (C-16-65, 66)."""
    by = witnesses_of(case, one.record)
    if case.trust and len(by) >= case.trust.threshold:
        names = tuple(name for _, name, _ in by[: case.trust.threshold])
        return [Claim("existed-by", "proved", names, one.path)]
    if stamped(case, one.record):
        return [Claim("existed-by", "proved", (), one.path)]
    told = [one_told.value for one_told in case.receipts_of(one)]
    found = [(said["received_at"], said["to"]) for said in told if said["to"][:2] != one.author[:2]]
    found += [(at, name) for at, name, _ in by]
    if found:
        return [Claim("existed-by", "attested", (min(found)[1],), one.path)]
    return [Claim("existed-by", "unknown", (), one.path)]


def _is_revoked(case: Case, one: Said) -> bool:
    kid = one.message.envelope.headers[0]["kid"]
    return any(row.kid == kid and row.invalid_from for row in case.directory.rows)


def _exporter_alone(case: Case, one: Said) -> bool:
    others = [told for told in case.receipts_of(one) if told.value["to"] != case.exporter]
    return not others and not dated(case, one.record)


# ------------------------------------------------------------------ custody and evidence


def _custody(case: Case) -> list[Claim]:
    found = []
    handed = case.hand_overs()
    for exhibit, chain in case.chains.items():
        reached = Counter[str]()
        for one, said in handed:
            if said["exhibit"] == exhibit:
                reached[one.author] = max(reached[one.author], said["count"])
        for event in chain:
            own = event["party"] == case.exporter or reached[event["party"]] >= event["number"]
            word = "attested" if own else "unknown"
            about = f"{exhibit} {event['number']}"
            found.append(Claim("custody-event", word, (event["party"],), about))
        numbers = [event["number"] for event in chain if event["event"] in ("received", "returned")]
        for number in numbers:
            both = [party for party, count in reached.items() if count >= number]
            before = [party for party, count in reached.items() if count >= number - 1]
            word = "proved" if both and len(before) > 1 else "attested"
            found.append(Claim("hand-over", word, tuple(sorted(before)), f"{exhibit} {number}"))
    return found + [
        Claim("hand-over", "unknown", (), one.path)
        for one in case.said
        if one.value["type"] in HAND_OVERS and "custody" in one.withheld
    ]


APART = ("data/evidence/", "data/custody/", "data/exhibits/")


def _evidence(case: Case) -> list[Claim]:
    found, offered = list[Claim](), case.explaining()
    for path, (root,) in case.of_kind("evidence"):
        if root not in offered:
            found.append(Claim("package-sealed", "unknown", (case.exporter,), path))
            continue
        size = len(case.files[path])
        fit = [one for one, offer in offered[root] if offer["sealed_size_bytes"] == size]
        author = fit[0].author
        found.append(Claim("package-sealed", _sure(case, author), (author,), path))
    opened = sorted({names[0] for _, names in case.of_kind("exhibit")})
    for r in opened:
        if r in offered:
            one = explained(case, r, offered[r])[0]
            found.append(Claim("exhibit-opened", "attested", (one.author,), r))
        else:
            found.append(Claim("package-sealed", "unknown", (case.exporter,), r))
    apart = [path for path in case.withheld if path.startswith(APART)]
    return found + [Claim("evidence-withheld", "unknown", (case.exporter,), p) for p in apart]


def _offered_otherwise(case: Case) -> list[Claim]:
    """Return whose offers of one package differ (C-16-25)."""
    found = []
    for root, told in compared(case).items():
        for later, first in differing(case, told):
            if later.author == first.author:
                found.append(contradicted("package-sealed", later.author, root))
            else:
                found.append(disputed("package-sealed", first.author, later.author, root))
    return found
