"""Attacks on files, exporter, directory and messages: steps 1 to 6."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from tests.bundle.attack import (
    Attack,
    Files,
    flip_signature,
    message_at,
    message_path,
    paths_of,
    receipt_at,
    receipt_path,
    rewritten,
    without,
)
from tests.bundle.makers import (
    EXPORTED,
    MODE,
    START,
    VN,
    YEAR,
    ZA,
    Story,
    bundle_of,
    case_of,
    directory,
    entry_of,
    private,
    resigned,
    revoking,
    short_bundle,
    short_story,
    trust_file,
)
from tests.directory.world import key_set, state_keys
from tests.exchange.makers import key

from comity.bundle import Statement, layout
from comity.canonical import b64
from comity.directory import (
    Directory,
    Endpoint,
    StateRecord,
    TrustFile,
    accept_all,
    sign_entry,
    sign_state,
)
from comity.exchange import sign_message, sign_receipt


def attacks() -> Iterator[Attack]:
    """Yield the attacks that steps 1 to 6 find."""
    yield from _files()
    yield from _exporter()
    yield from _trust()
    yield from _messages()
    yield from _conversations()
    yield from _receipts()


def _files() -> Iterator[Attack]:
    short = short_bundle()
    path = paths_of(short, "/messages/")[0]
    changed = bytes([short[path][40] ^ 1])
    flipped = {**short, path: short[path][:40] + changed + short[path][41:]}
    yield Attack("one bit of a message", "short", flipped, 1, "bundle-file-changed")
    yield Attack("a file removed", "short", without(short, path), 1, "bundle-file-missing")
    added = {**short, "data/messages/note.txt": b"x"}
    yield Attack("a file added", "short", added, 1, "bundle-file-foreign")
    inside = {**short, "trust.json": trust_file().data}
    yield Attack("a trust file inside", "short", inside, 1, "bundle-file-foreign", trust=None)
    spaced = {**short, "bag-info.txt": short["bag-info.txt"] + b"\n"}
    yield Attack("a line added to bag-info.txt", "short", spaced, 1, "bundle-tag-file")
    yield from _other_bags(short)
    upper = {**short, "manifest-sha256.txt": short["manifest-sha256.txt"].upper()}
    yield Attack("the manifest in capitals", "short", upper, 1, "bundle-tag-file")
    listed = without(short, "tagmanifest")
    yield Attack("no tag manifest", "short", listed, 1, "bundle-file-missing")
    fetch = {**short, "fetch.txt": b"http://example.org/a - data/a\n"}
    yield Attack("fetch.txt", "short", fetch, 1, "bundle-file-foreign")


def _manifested(files: Files) -> Files:
    """Return the files with manifests made again, and the statement left as it was."""
    import hashlib

    from comity.bundle import parse_statement
    from comity.bundle import write as writing

    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    statement, _ = parse_statement(payload[layout.STATEMENT])
    digests = {path: hashlib.sha256(data).digest() for path, data in payload.items()}
    size = sum(map(len, payload.values()))
    return {**payload, **writing.tag_files(statement, digests, size)}


def _exporter() -> Iterator[Attack]:
    short = short_bundle()
    path = paths_of(short, "README")[0]
    readme = _manifested({**short, path: short[path] + b"all is well\n"})
    name = "the first page rewritten, manifests made again"
    yield Attack(name, "short", readme, 2, "bundle-file-changed")
    gone = _manifested(without(short, paths_of(short, "/receipts/")[0]))
    yield Attack("a receipt removed, manifests made again", "short", gone, 2, "bundle-file-missing")
    stranger = resigned(short, signer=key("a stranger's export key"))
    yield Attack("signed again by a stranger", "short", stranger, 2, "key-unknown")
    other = resigned(short, signer=private(VN, "message"))
    yield Attack("signed by a key of another use", "short", other, 2, "key-use")
    spoilt = rewritten(short, layout.STATEMENT, flip_signature)
    yield Attack("its signature spoilt", "short", _manifested(spoilt), 2, "signature-invalid")
    loose = {**short, layout.STATEMENT: short[layout.STATEMENT] + b"\n"}
    yield Attack("a newline after the statement", "short", _manifested_over(loose), 2, _NC)
    revoked = case_of(short_story(), directory=directory(revoking(VN, "export", START)))
    yield Attack("a revoked export key", "short", bundle_of(revoked), 2, "key-revoked")


_NC = "not-canonical"


def _manifested_over(files: Files) -> Files:
    """As `_manifested`, for a statement that cannot be read."""
    good = _manifested({**files, layout.STATEMENT: files[layout.STATEMENT].rstrip()})
    import hashlib

    from comity.bundle import layout as tagfiles

    digests = {
        path: hashlib.sha256(data).digest() for path, data in files.items() if "data/" in path
    }
    good |= {layout.STATEMENT: files[layout.STATEMENT], "manifest-sha256.txt": b""}
    size = sum(len(data) for path, data in files.items() if path.startswith("data/"))
    oxum = f"Payload-Oxum: {size}.".encode()
    good["bag-info.txt"] = re.sub(rb"Payload-Oxum: [0-9]+\.", oxum, good["bag-info.txt"])
    good["manifest-sha256.txt"] = tagfiles.manifest(digests)
    long = {path: hashlib.sha512(good[path]).digest() for path in layout.TAG_FILES}
    return {**good, layout.TAG_MANIFEST: tagfiles.tag_manifest(long)}


@cache
def _forged() -> Directory:
    """Return a directory of the same States and keys of parties, under keys of a forger."""
    data = []
    pins = {}
    for party in (VN, ZA):
        state = party[:2]
        keys = [key(f"forged {state} {n}") for n in range(3)]
        pins[state] = key_set(keys)
        record = StateRecord(
            mode=MODE, state=state, version=1, issued_at=START - YEAR, key_set=pins[state]
        )
        data += [sign_state(record, keys).jws.record]
        data += [sign_entry(entry_of(party), keys[:2]).jws.record]
    batch = accept_all(Directory(trust=TrustFile(mode=MODE, delegations=pins)), data, now=EXPORTED)
    assert not batch.refused
    return batch.directory


def _trust() -> Iterator[Attack]:
    short = short_bundle()
    forged = bundle_of(case_of(short_story(), directory=_forged()))
    yield Attack("its own forged root", "short", forged, 2, "key-unknown")
    inside = resigned({**forged, "data/trust.json": _forged().trust.data})
    name = "its own forged root, and the trust file for it inside"
    yield Attack(name, "short", inside, 1, "bundle-file-foreign")
    name = "its own forged root, and no trust file: no key vouched for"
    yield Attack(name, "short", forged, 0, "", 3, None)
    exercise = replace(trust_file(), mode="exercise")
    yield Attack("judged by the other mode's root", "short", short, 2, "typ-mismatch", 1, exercise)
    entry = paths_of(short, "/entries/za")[0]
    spoilt = resigned(rewritten(short, entry, flip_signature))
    yield Attack("an entry with a spoilt signature", "short", spoilt, 3, _MISSED)
    lacking = resigned(without(short, "/states/za"))
    yield Attack("a State record removed", "short", lacking, 3, "state-unknown")
    foreign = sign_entry(entry_of(ZA), [key(f"vn/state/1/{n}") for n in (1, 2)]).jws.record
    own = {**short, entry: foreign}
    yield Attack("an entry by keys that are not its State's", "short", resigned(own), 3, _MISSED)
    moved = without(short, entry) | {layout.entry_path(ZA, 7): short[entry]}
    yield Attack("an entry under another version's name", "short", resigned(moved), 3, _NAME)
    twice = sign_entry(entry_of(ZA, endpoint=Endpoint(kind="by-document")), _state("za")).jws.record
    both = {**short, layout.entry_path(ZA, 2): twice}
    yield Attack("two entries of one version", "short", resigned(both), 3, "entry-double-speak")


_MISSED, _NAME = "threshold-missed", "bundle-name"


def _state(state: str) -> list[Any]:

    return state_keys(state)[:2]


def _messages() -> Iterator[Attack]:
    short = short_bundle()
    first = message_path(message_at(0))
    spoilt = resigned(rewritten(short, first, flip_signature))
    yield Attack("a message with a spoilt signature", "short", spoilt, 4, "signature-invalid")
    path = paths_of(short, "/sections/")[0]
    salted = rewritten(short, path, lambda v: {**v, "salt": b64(bytes(32))})
    yield Attack("another salt of a section", "short", resigned(salted), 4, "section-mismatch")
    unlisted = resigned(without(short, path))
    yield Attack("a section gone and not listed", "short", unlisted, 4, "bundle-section")
    stray = layout.section_path("sha256:" + "ab" * 32, "note")
    more = resigned({**short, stray: short[path]})
    yield Attack("a section of no message", "short", more, 4, "bundle-section")
    story = short_story()
    bare = _resent(story, approvals=False)
    yield Attack("a message without its approvals", "short", bare, 4, "approvals-missing")
    stranger = _resent(story, approvals=True, signer=key("thief"))
    yield Attack("a message by a key of nobody", "short", stranger, 4, "key-unknown")
    name = "a message in another conversation's folder"
    moved = without(short, first) | {first.replace("/messages/", "/messages/ab")[:-1]: b""}
    target = first.split("/")
    target[2] = "ab" * 32
    moved = without(short, first) | {"/".join(target): short[first]}
    yield Attack(name, "short", resigned(moved), 4, "bundle-name")


def _resent(story: Story, *, approvals: bool, signer: Any = None) -> Files:
    """Return a bundle in which the last message of the other side was signed otherwise."""
    case = case_of(story)
    last = case.messages[-1]
    made = sign_message(
        last.draft,
        last.approvals if approvals else (),
        signer or private(last.draft.author, "message"),
        mode=MODE,
    )
    sections = {**case.sections, made.content: case.sections[last.content]}
    return bundle_of(replace(case, messages=[*case.messages[:-1], made], sections=sections))


def _conversations() -> Iterator[Attack]:
    short = short_bundle()

    def state(told: Statement) -> Statement:
        changed = {name: {"main": "accepted", "tracks": {}} for name in told.state}
        return replace(told, state=changed)

    yield Attack("another state stated", "short", resigned(short, state), 5, "bundle-state")

    def heads(told: Statement) -> Statement:
        one = told.conversations[0]
        lower = {VN: one.heads[VN], ZA: replace(one.heads[ZA], sequence=1)}
        return replace(told, conversations=(replace(one, heads=lower),))

    yield Attack("a lower head stated", "short", resigned(short, heads), 5, "bundle-head")


def _receipts() -> Iterator[Attack]:
    short = short_bundle()
    path = receipt_path(message_at(0))
    gone = resigned(without(short, path))
    yield Attack("a receipt removed by the exporter", "short", gone, 6, "bundle-receipt-missing")
    spoilt = resigned(rewritten(short, path, flip_signature))
    yield Attack("a receipt with a spoilt signature", "short", spoilt, 6, "signature-invalid")
    receipt = receipt_at(short, path)
    earlier = replace(receipt, received_at=receipt.received_at - timedelta(minutes=1))
    moved = sign_receipt(earlier, private(ZA, "receipt")).record
    files = resigned({**short, path: moved})
    yield Attack("another received_at, signed again", "short", files, 6, "receipt-unproved")
    raw = rewritten(short, path, lambda v: {**v, "payload": b64(earlier.payload())})
    name = "another received_at under the old signature"
    yield Attack(name, "short", resigned(raw), 6, "signature-invalid")
    own = sign_receipt(receipt, private(ZA, "message")).record
    files = resigned({**short, path: own})
    yield Attack("a receipt by a key of another use", "short", files, 6, "key-use")
    swapped = sign_receipt(replace(receipt, inclusion=[bytes(32)]), private(ZA, "receipt")).record
    files = resigned({**short, path: swapped})
    yield Attack("a receipt whose leaf is not proved", "short", files, 6, "receipt-unproved")


def _other_bags(short: Files) -> Iterator[Attack]:
    """Yield bags by another program, which RFC 8493 allows, and some that say what is not so."""
    info, manifest = short["bag-info.txt"], short["manifest-sha256.txt"]
    agent = info.replace(b"Bag-Software-Agent: Comity", b"Bag-Software-Agent: bagger 2.1")
    assert agent != info
    yield Attack("another program's name", "short", _bagged(short, agent, manifest), 0, "", 0)
    more = agent + b"External-Identifier: DKR-44\n"
    yield Attack("one more fact of a bag", "short", _bagged(short, more, manifest), 0, "", 0)
    turned = b"".join(reversed(manifest.splitlines(keepends=True)))
    facts = b"".join(reversed(info.splitlines(keepends=True)))
    files = _bagged(short, facts, turned)
    yield Attack("lines in another order", "short", files, 0, "", 0)
    for name, spoilt in (
        ("the payload's size told twice", info + info.splitlines(keepends=True)[0]),
        ("another party as the source", info.replace(VN.encode(), ZA.encode())),
        ("another day", re.sub(rb"Date: \d{4}", b"Date: 1999", info)),
        ("no size of the payload", b"".join(info.splitlines(keepends=True)[1:])),
    ):
        files = _bagged(short, spoilt, manifest)
        yield Attack(f"bag-info: {name}", "short", files, 1, "bundle-tag-file")


def _bagged(files: Files, info: bytes, manifest: bytes) -> Files:
    """Return a bundle with other tag files, and the tag manifest that fits them."""
    changed = {**files, "bag-info.txt": info, "manifest-sha256.txt": manifest}
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    tags = b"".join(
        f"{hashlib.sha512(changed[name]).hexdigest()}  {name}\n".encode()
        for name in reversed(names)
    )
    return {**changed, "tagmanifest-sha512.txt": tags}
