"""Steps 6 to 8 of a verdict: receipts, logs, proved time and revocation (spec 16)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.stranger.approvals import check_approvals
from tests.stranger.bundle import Case, Leaf, Said, Told, folder_name
from tests.stranger.bundle_messages import timeless
from tests.stranger.deciding import may_wait
from tests.stranger.directory import Directory
from tests.stranger.editions import type_of
from tests.stranger.epochs import open_statement, read_origin
from tests.stranger.log import check_consistency, check_inclusion, leaf_entry, leaf_hash
from tests.stranger.notes import Checkpoint, open_checkpoint, open_note, read_checkpoint
from tests.stranger.proofs import read_log_proof
from tests.stranger.receipts import MEMBERS as RECEIPT
from tests.stranger.stamps import verify_stamp
from tests.stranger.suites import parse_jws, verify_jws
from tests.stranger.tables import fits, schema
from tests.stranger.values import (
    RefusedError,
    decode,
    demand,
    members,
    refuse,
    time_of,
    time_text,
    unb64,
)


def step_6(case: Case) -> None:
    """Check each receipt, and that those that must be there are."""
    by_record = {one.record: one for one in case.said}
    for path, (hexed, party) in case.of_kind("receipt"):
        envelope = parse_jws(decode(case.files[path]))
        said = members(decode(envelope.payload), RECEIPT)
        demand(fits(said, rule := schema("receipt"), rule), "receipt-mismatch", path)
        own = (said["record"][7:], folder_name(said["to"]))
        demand(own == (hexed, party), "bundle-name", path)

        def find(kid: str, to: str = said["to"]) -> Any:
            return case.directory.holds(to, "receipt", kid)

        verify_jws(envelope, thing="receipt", mode=case.mode, find=find)
        one = by_record.get(said["record"])
        if one is not None:
            same = (
                said["content"] == one.content,
                said["from"] == one.author,
                said["to"] in one.value["members"] and said["to"] != one.author,
                said["mode"] == case.mode,
            )
            demand(all(same), "receipt-mismatch", path)
        try:
            tree = _proved(case, said)
        except RefusedError as fault:
            raise RefusedError("receipt-unproved", fault.code) from fault
        kid = envelope.headers[0]["kid"]
        case.told.append(Told(path, said, envelope.content, envelope.record, kid, tree))
    for one in case.said:
        others = [party for party in one.value["members"] if party != one.author]
        for party in others if one.author == case.exporter else [case.exporter]:
            path = f"data/receipts/{one.record[7:]}.{folder_name(party)}.json"
            demand(path in case.files or path in case.withheld, "bundle-receipt-missing", path)


def _proved(case: Case, said: dict[str, Any]) -> Checkpoint:
    origin = said["checkpoint"].partition("\n")[0]
    party, keys = case.log_keys(origin)
    demand(party == said["to"], "checkpoint-unsigned")
    tree = open_checkpoint(said["checkpoint"], keys)
    opening = {
        "kind": "message.received",
        "outcome": said["outcome"],
        "record": said["record"],
        "salt": said["leaf"]["salt"],
        "time": said["received_at"],
    }
    path = [unb64(step) for step in said["inclusion"]]
    leaf = leaf_hash(leaf_entry(opening))
    check_inclusion(leaf, said["leaf"]["index"], tree.size, path, tree.root)
    return tree


# ------------------------------------------------------------------ logs


def step_7(case: Case) -> None:
    """Check checkpoints, leaves, and that each tree continues the ones before."""
    for path, (party_, epoch) in case.of_kind("checkpoint"):
        _checkpoint(case, path, party_, int(epoch))
    for path, (party_, epoch, index) in case.of_kind("leaf"):
        _leaf(case, path, party_, int(epoch), int(index))
    for path, (party_, epoch) in case.of_kind("successor"):
        _successor(case, path, party_, int(epoch))
    _needed(case)
    _links(case)


def _checkpoint(case: Case, path: str, party_: str, epoch: int) -> None:
    data = case.files[path]
    try:
        origin = data.decode("utf-8").partition("\n")[0]
    except UnicodeError:
        refuse("note-malformed", path)
    named = read_origin(origin)
    own = (folder_name(named.party), named.epoch, named.mode)
    demand(own == (party_, epoch, case.mode), "bundle-name", path)
    party, keys = case.log_keys(origin)
    witnesses = list(case.trust.witnesses) if case.trust else []
    case.trees[named.party, epoch] = open_checkpoint(data, keys + witnesses)
    signed = open_note(data, keys + witnesses).signed
    case.witnessed[named.party, epoch] = [(key, at) for key, at in signed if key in witnesses]
    demand(party == named.party, "checkpoint-unsigned", path)


def _leaf(case: Case, path: str, party_: str, epoch: int, index: int) -> None:
    value = decode(case.files[path])
    demand(isinstance(value, dict), "leaf-malformed", path)
    opening = {name: told for name, told in value.items() if name not in ("entry", "proof")}
    entry = leaf_entry(opening)
    if folder_name(case.exporter) != party_:
        return
    demand({"entry", "proof"} <= set(value), "member-malformed", path)
    demand(unb64(value["entry"]) == entry, "leaf-mismatch", path)
    proof = read_log_proof(value["proof"])
    demand(proof.index == index, "bundle-name", path)
    tree = case.trees.get((case.exporter, epoch))
    if tree is None:
        refuse("bundle-file-missing", "the checkpoint of a log")
    witnesses = list(case.trust.witnesses) if case.trust else []
    _, keys = case.log_keys(tree.origin)
    shown = proof.verify(entry, keys + witnesses)
    demand(shown == tree, "bundle-fork", path)
    case.leaves.append(Leaf(epoch, index, opening, entry))


def _successor(case: Case, path: str, party_: str, epoch: int) -> None:
    value = decode(case.files[path])
    party = party_.replace("_", "/", 1)
    keys = [r.public for r in case.directory.rows if (r.party, r.use) == (party, "log")]
    envelope, said = open_statement(value, case.mode, [key for key in keys if key])
    named = read_origin(said["origin_new"])
    demand((named.party, named.epoch) == (party, epoch), "bundle-name", path)
    _, old = case.log_keys(said["origin_old"])
    open_checkpoint(said["checkpoint"], old)
    case.opened[party, epoch] = path
    case.ended |= {(party, e): path for e in range(read_origin(said["origin_old"]).epoch, epoch)}
    first = [leaf for leaf in case.leaves if (leaf.epoch, leaf.index) == (epoch, 0)]
    for leaf in first if party == case.exporter else []:
        own = (leaf.opening["kind"], leaf.opening["record"])
        demand(own == ("epoch.opened", envelope.record), "bundle-leaf", path)


def _needed(case: Case) -> None:
    """Demand the leaves that the exporter's log must hold."""
    held = {(leaf.opening["kind"], leaf.opening["record"]) for leaf in case.leaves}
    code = "bundle-leaf-missing"
    for one in case.said:
        kind = "message.sent" if one.author == case.exporter else "message.received"
        path = f"data/receipts/{one.record[7:]}.{folder_name(case.exporter)}.json"
        own = kind == "message.sent" or path not in case.withheld
        demand((kind, one.record) in held or not own, code, one.path)
    for told in case.told:
        if told.value["to"] != case.exporter:
            demand(("receipt.received", told.record) in held, code, told.path)
            continue
        due = ("message.received", told.value["record"])
        own_leaves = [
            leaf for leaf in case.leaves if (leaf.opening["kind"], leaf.opening["record"]) == due
        ]
        demand(own_leaves, code, told.path)
        demand(any(_is_leaf_of(case, leaf, told) for leaf in own_leaves), "bundle-leaf", told.path)


def _is_leaf_of(case: Case, leaf: Leaf, told: Told) -> bool:
    """Tell whether a leaf is that of the exporter's receipt, or tells it again (C-16-71)."""
    said, epoch = told.value, read_origin(told.tree.origin).epoch
    what = (leaf.opening.get("outcome"), leaf.opening["time"])
    if what != (said["outcome"], said["received_at"]):
        return False
    if leaf.epoch == epoch:
        return bool(leaf.index == said["leaf"]["index"])
    return leaf.epoch > epoch and case.is_lost(told.tree.origin, said["leaf"]["index"] + 1)


def _paths(case: Case, party: str, epoch: int) -> dict[int, list[bytes]]:
    path = f"data/log/{folder_name(party)}/{epoch}/consistency.json"
    if path not in case.files:
        return {}
    rows = decode(case.files[path])
    demand(isinstance(rows, list), "member-malformed", path)
    found = {}
    for row in rows:
        members(row, "from path")
        found[row["from"]] = [unb64(step) for step in row["path"]]
    return found


def _one_branch(case: Case) -> None:
    """Check that the exporter shows one tree of each size, and that its proofs hold."""
    roots: dict[tuple[str, int], bytes] = {}
    own = [told for told in case.told if told.value["to"] == case.exporter]
    trees = [tree for (party, _), tree in case.trees.items() if party == case.exporter]
    for path, (party_, number, size) in case.of_kind("note"):
        if party_ == folder_name(case.exporter):
            trees.append(_stamped(case, path, party_, int(number), int(size)))
    for tree in [*trees, *(told.tree for told in own)]:
        same = roots.setdefault((tree.origin, tree.size), tree.root) == tree.root
        demand(same, "bundle-fork", f"two roots of size {tree.size}")
    for told in own:
        proof = told.value["consistency"]
        old = proof and roots.get((told.tree.origin, proof["from"]))
        if old:
            steps = [unb64(step) for step in proof["path"]]
            check_consistency(proof["from"], told.tree.size, steps, old, told.tree.root)


def _links(case: Case) -> None:
    _one_branch(case)
    for (party, epoch), tree in case.trees.items():
        older = [told.tree for told in case.told if told.tree.origin == tree.origin]
        paths = _paths(case, party, epoch)
        if party == case.exporter:
            for one in older:
                if not case.is_lost(one.origin, one.size):
                    link(one, tree, paths)
    for path, (party_, number, size) in case.of_kind("note"):
        note = _stamped(case, path, party_, int(number), int(size))
        owner = read_origin(note.origin).party
        newest = case.trees.get((owner, int(number)))
        if newest is None:
            refuse("bundle-file-missing", "the checkpoint of a log")
        link(note, newest, _paths(case, owner, int(number)))


def link(old: Checkpoint, new: Checkpoint, paths: dict[int, list[bytes]]) -> None:
    """Demand that a tree continues an older one."""
    demand(old.size <= new.size, "bundle-fork", "an older tree is larger")
    if old.size == new.size:
        demand(old.root == new.root, "bundle-fork", "two roots of one size")
        return
    demand(old.size in paths, "bundle-consistency", f"from {old.size}")
    check_consistency(old.size, new.size, paths[old.size], old.root, new.root)


def _stamped(case: Case, path: str, party_: str, epoch: int, size: int) -> Checkpoint:
    data = case.files[path]
    origin = data.decode("utf-8", "replace").partition("\n")[0]
    _, keys = case.log_keys(origin)
    note = open_note(data, keys)
    demand(note.lines == 1, "note-malformed", "its own log's signature and no other")
    tree = read_checkpoint(note.text)
    named = read_origin(origin)
    own = (folder_name(named.party), named.epoch, named.mode, tree.size)
    demand(own == (party_, epoch, case.mode, size), "bundle-name", path)
    return tree


# ------------------------------------------------------------------ proved time


def step_8(case: Case) -> None:
    """Verify time stamps; then hold each key against the proved time of what it signed."""
    _stamps(case)
    for one in case.said:
        case.proved[one.content] = proved_times(case, one)
        _keys_in_time(case, one)
    for told in case.told:
        _receipt_in_time(case, told)


def _stamps(case: Case) -> None:
    notes = {names: path for path, names in case.of_kind("note")}
    tokens = case.of_kind("token")
    bare = {names[:3] for _, names in tokens}
    for names, path in notes.items():
        demand(names in bare, "bundle-file-missing", f"no token for {path}")
    roots = case.trust.roots if case.trust else []
    for path, (party_, epoch, size, _) in tokens:
        note = notes.get((party_, epoch, size))
        if note is None:
            refuse("bundle-file-missing", f"no note for {path}")
        try:
            stamp = verify_stamp(case.files[path], case.files[note], roots, None, None)
        except RefusedError as fault:
            if fault.code == "timestamp-foreign":
                case.foreign.append(note)
                continue
            raise
        if party_ == folder_name(case.exporter):
            case.stamped.append((int(epoch), int(size), time_text(stamp.time)))


def dated(case: Case, record: str) -> list[str]:
    """Return the times at which a record is proved to have been in the exporter's log."""
    found = stamped(case, record)
    by = witnesses_of(case, record)
    if case.trust and len(by) >= case.trust.threshold:
        found.append(by[case.trust.threshold - 1][0])
    return found


def stamped(case: Case, record: str) -> list[str]:
    """Return the times that time-stamp authorities give to a record's entry."""
    return [
        at
        for leaf in case.leaves
        if leaf.opening["record"] == record
        for epoch, size, at in case.stamped
        if epoch == leaf.epoch and leaf.index < size
    ]


def counting(case: Case, party: str, epoch: int) -> list[tuple[str, str, str]]:
    """Return time, name and State of the witnesses that count and signed a log's checkpoint.

    The witnesses of one State count once, by the earliest of them.
    """
    parties = {case.exporter} | {name for one in case.said for name in one.value["members"]}
    own = {name[:2] for name in parties}
    found: dict[str, tuple[str, str, str]] = {}
    for key, at in case.witnessed.get((party, epoch), []):
        state = case.trust.witnesses[key] if case.trust else ""
        if state not in own:
            row = (time_text(datetime.fromtimestamp(at, UTC)), key.name, state)
            found[state] = min(row, found.get(state, row))
    return sorted(found.values())


def witnesses_of(case: Case, record: str) -> list[tuple[str, str, str]]:
    """Return the witnesses that signed a tree of the exporter's that holds a record, in order."""
    epochs = {leaf.epoch for leaf in case.leaves if leaf.opening["record"] == record}
    found: dict[str, tuple[str, str, str]] = {}
    for epoch in epochs:
        for row in counting(case, case.exporter, epoch):
            found[row[2]] = min(row, found.get(row[2], row))
    return sorted(row for row in found.values() if row[0] > "1970-01-01T00:00:00Z")


def proved_times(case: Case, one: Said) -> list[str]:
    """Return every time by which a message is proved to have existed (spec 11.3)."""
    found = dated(case, one.record)
    for told in case.receipts_of(one):
        if told.value["to"][:2] != one.author[:2]:
            found.append(told.value["received_at"])
    return found


def _at(times: Iterable[str], claimed: str) -> tuple[datetime, bool]:
    """Return the earliest proved time, else the claimed one, and whether it is proved."""
    earliest = min(times, default="")
    return time_of(earliest or claimed), bool(earliest)


class _Strict(Directory):
    """A directory that asks when a key was good, where nothing proves when it signed."""

    proved = True

    def signer(self, party: str, *, use: str, at: datetime) -> Any:
        """Return the look-up of a party's keys of one use at a proved time."""
        timed = super().signer(party, use=use, at=at)

        def find(kid: str) -> Any:
            row = next((r for r in self.rows if (r.kid, r.party) == (kid, party)), None)
            revoked = row is not None and row.invalid_from is not None
            demand(self.proved or not revoked, "key-revoked", "no proved time")
            return timed(kid)

        return find


def _keys_in_time(case: Case, one: Said) -> None:
    moment, proved = _at(case.proved[one.content], one.value["sent_at"])
    own = timeless(case, one.author, moment)
    strict = _Strict(case.mode, own.rows, own.origins, own.policies)
    strict.proved = proved
    find = strict.signer(one.author, use="message", at=moment)
    find(one.message.envelope.headers[0]["kid"])
    if not case.counts(one) or type_of(one.value) is None:
        return
    late = "request" in one.withheld or may_wait(one.sections.get("request"))
    check_approvals(one.value, strict, at=moment, late_allowed=late)


def _receipt_in_time(case: Case, told: Told) -> None:
    """Hold a receipt's key against the time by which the receipt is proved to have existed."""
    times = dated(case, told.record)
    if told.value["to"] == case.exporter:
        times += dated(case, told.value["record"])
    elif told.value["to"][:2] != case.exporter[:2]:
        times += [
            leaf.opening["time"]
            for leaf in case.leaves
            if (leaf.opening["kind"], leaf.opening["record"]) == ("receipt.received", told.record)
        ]
    moment, proved = _at(times, told.value["received_at"])
    own = case.directory
    strict = _Strict(case.mode, own.rows, own.origins)
    strict.proved = proved
    strict.signer(told.value["to"], use="receipt", at=moment)(told.kid)
