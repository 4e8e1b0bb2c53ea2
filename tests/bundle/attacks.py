"""Spoilt bundles, each with the one step and code that must find it first.

``python -m tests.bundle.attacks`` writes them as vectors: a base and what differs from it.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.bundle.makers import (
    EXHIBIT,
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
    evidence_of,
    private,
    resigned,
    revoking,
    short_bundle,
    short_story,
    trust_file,
    whole_bundle,
    whole_story,
)
from tests.directory.world import key_set
from tests.exchange.makers import key, seed

from comity.bundle import Statement, Withheld, layout
from comity.canonical import b64, decode, digest_text, encode, parse_digest
from comity.directory import (
    Directory,
    Endpoint,
    StateRecord,
    TrustFile,
    accept_all,
    sign_entry,
    sign_state,
)
from comity.exchange import Message, Receipt, parse_receipt, sign_message, sign_receipt
from comity.keys import jws

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "bundle"
_TRUST = trust_file()
type Files = dict[str, bytes]


@dataclass(frozen=True)
class Attack:
    """A spoilt bundle.

    Attributes:
        name: the attack in words.
        base: ``short`` or ``whole``, the good bundle it was made from.
        files: all of it.
        step, code: what finds it first; 0 and empty where the verdict is good.
        exit: exit status.
        trust: the trust file it is judged by, or None.
    """

    name: str
    base: str
    files: Files
    step: int
    code: str
    exit: int = 1
    trust: TrustFile | None = _TRUST


def _paths(files: Mapping[str, bytes], part: str) -> list[str]:
    return [path for path in sorted(files) if part in path]


def _without(files: Files, *parts: str) -> Files:
    return {p: d for p, d in files.items() if not any(part in p for part in parts)}


def _json(files: Files, path: str, change: Callable[[Any], Any]) -> Files:
    return {**files, path: encode(change(decode(files[path], max_bytes=1 << 24)))}


def _message(place: int, story: Story | None = None) -> Message:
    return (story or short_story()).nodes[VN].messages[place]


def _message_path(message: Message) -> str:
    draft = message.draft
    return layout.message_path(message.conversation, draft.author, draft.sequence)


def _receipt_path(message: Message) -> str:
    return layout.receipt_path(message.record, ZA if message.draft.author == VN else VN)


def _receipt(files: Files, path: str) -> Receipt:
    return parse_receipt(jws.parse(files[path]).payload)


def attacks() -> Iterator[Attack]:
    """Yield good bundles and every attack."""
    yield from _good()
    yield from _files()
    yield from _exporter()
    yield from _trust()
    yield from _messages()
    yield from _conversations()
    yield from _receipts()
    yield from _log()
    yield from _times()
    yield from _custody()
    yield from _evidence()
    yield from _complete()


def _good() -> Iterator[Attack]:
    short, whole = short_bundle(), whole_bundle()
    yield Attack("a preservation, proved", "short", short, 0, "", 0)
    yield Attack("a case with evidence, proved", "whole", whole, 0, "", 0)
    yield Attack("no trust file: consistent only", "short", short, 0, "", 3, None)
    only = trust_file("vn")
    yield Attack("a State the trust file does not pin", "short", short, 0, "", 3, only)
    case = case_of(short_story())
    path = layout.section_path(case.messages[0].content, "subject")
    hidden = bundle_of(replace(case, withheld={path: Withheld("ongoing investigation")}))
    yield Attack("a withheld section, listed", "short", hidden, 0, "", 0)
    held = case_of(short_story(), directory=directory(revoking(VN, "message", EXPORTED)))
    name = "a key revoked after its messages were receipted"
    yield Attack(name, "short", bundle_of(held), 0, "", 0)


def _files() -> Iterator[Attack]:
    short = short_bundle()
    path = _paths(short, "/messages/")[0]
    changed = bytes([short[path][40] ^ 1])
    flipped = {**short, path: short[path][:40] + changed + short[path][41:]}
    yield Attack("one bit of a message", "short", flipped, 1, "bundle-file-changed")
    yield Attack("a file removed", "short", _without(short, path), 1, "bundle-file-missing")
    added = {**short, "data/messages/note.txt": b"x"}
    yield Attack("a file added", "short", added, 1, "bundle-file-foreign")
    inside = {**short, "trust.json": trust_file().data}
    yield Attack("a trust file inside", "short", inside, 1, "bundle-file-foreign", trust=None)
    spaced = {**short, "bag-info.txt": short["bag-info.txt"] + b"\n"}
    yield Attack("a line added to bag-info.txt", "short", spaced, 1, "bundle-tag-file")
    upper = {**short, "manifest-sha256.txt": short["manifest-sha256.txt"].upper()}
    yield Attack("the manifest in capitals", "short", upper, 1, "bundle-tag-file")
    listed = _without(short, "tagmanifest")
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
    path = _paths(short, "README")[0]
    readme = _manifested({**short, path: short[path] + b"all is well\n"})
    name = "the first page rewritten, manifests made again"
    yield Attack(name, "short", readme, 2, "bundle-file-changed")
    gone = _manifested(_without(short, _paths(short, "/receipts/")[0]))
    yield Attack("a receipt removed, manifests made again", "short", gone, 2, "bundle-file-missing")
    stranger = resigned(short, signer=key("a stranger's export key"))
    yield Attack("signed again by a stranger", "short", stranger, 2, "key-unknown")
    other = resigned(short, signer=private(VN, "message"))
    yield Attack("signed by a key of another use", "short", other, 2, "key-use")
    spoilt = _json(short, layout.STATEMENT, _flip_signature)
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

    from comity.bundle import tagfiles

    digests = {
        path: hashlib.sha256(data).digest() for path, data in files.items() if "data/" in path
    }
    good |= {layout.STATEMENT: files[layout.STATEMENT], "manifest-sha256.txt": b""}
    good["manifest-sha256.txt"] = tagfiles.manifest(digests)
    long = {path: hashlib.sha512(good[path]).digest() for path in layout.TAG_FILES}
    return {**good, layout.TAG_MANIFEST: tagfiles.tag_manifest(long)}


def _flip_signature(value: Any) -> Any:
    row = value["signatures"][0]
    text = row["signature"]
    row["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    return value


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
    name = "its own forged root, and no trust file: consistent only"
    yield Attack(name, "short", forged, 0, "", 3, None)
    exercise = replace(trust_file(), mode="exercise")
    yield Attack("judged by the other mode's root", "short", short, 2, "typ-mismatch", 1, exercise)
    entry = _paths(short, "/entries/za")[0]
    spoilt = resigned(_json(short, entry, _flip_signature))
    yield Attack("an entry with a spoilt signature", "short", spoilt, 3, _MISSED)
    lacking = resigned(_without(short, "/states/za"))
    yield Attack("a State record removed", "short", lacking, 3, "state-unknown")
    foreign = sign_entry(entry_of(ZA), [key(f"vn/state/1/{n}") for n in (1, 2)]).jws.record
    own = {**short, entry: foreign}
    yield Attack("an entry by keys that are not its State's", "short", resigned(own), 3, _MISSED)
    moved = _without(short, entry) | {layout.entry_path(ZA, 7): short[entry]}
    yield Attack("an entry under another version's name", "short", resigned(moved), 3, _NAME)
    twice = sign_entry(entry_of(ZA, endpoint=Endpoint(kind="by-document")), _state("za")).jws.record
    both = {**short, layout.entry_path(ZA, 2): twice}
    yield Attack("two entries of one version", "short", resigned(both), 3, "entry-double-speak")


_MISSED, _NAME = "threshold-missed", "bundle-name"


def _state(state: str) -> list[Any]:
    from tests.directory.world import state_keys

    return state_keys(state)[:2]


def _messages() -> Iterator[Attack]:
    short = short_bundle()
    first = _message_path(_message(0))
    spoilt = resigned(_json(short, first, _flip_signature))
    yield Attack("a message with a spoilt signature", "short", spoilt, 4, "signature-invalid")
    path = _paths(short, "/sections/")[0]
    salted = _json(short, path, lambda v: {**v, "salt": b64(bytes(32))})
    yield Attack("another salt of a section", "short", resigned(salted), 4, "section-mismatch")
    unlisted = resigned(_without(short, path))
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
    moved = _without(short, first) | {first.replace("/messages/", "/messages/ab")[:-1]: b""}
    target = first.split("/")
    target[2] = "ab" * 32
    moved = _without(short, first) | {"/".join(target): short[first]}
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
    path = _receipt_path(_message(0))
    gone = resigned(_without(short, path))
    yield Attack("a receipt removed by the exporter", "short", gone, 6, "bundle-receipt-missing")
    spoilt = resigned(_json(short, path, _flip_signature))
    yield Attack("a receipt with a spoilt signature", "short", spoilt, 6, "signature-invalid")
    receipt = _receipt(short, path)
    earlier = replace(receipt, received_at=receipt.received_at - timedelta(minutes=1))
    moved = sign_receipt(earlier, private(ZA, "receipt")).record
    files = resigned({**short, path: moved})
    yield Attack("another received_at, signed again", "short", files, 6, "receipt-unproved")
    raw = _json(short, path, lambda v: {**v, "payload": b64(earlier.payload())})
    name = "another received_at under the old signature"
    yield Attack(name, "short", resigned(raw), 6, "signature-invalid")
    own = sign_receipt(receipt, private(ZA, "message")).record
    files = resigned({**short, path: own})
    yield Attack("a receipt by a key of another use", "short", files, 6, "key-use")
    swapped = sign_receipt(replace(receipt, inclusion=[bytes(32)]), private(ZA, "receipt")).record
    files = resigned({**short, path: swapped})
    yield Attack("a receipt whose leaf is not proved", "short", files, 6, "receipt-unproved")


def _log() -> Iterator[Attack]:
    short = short_bundle()
    leaf = _paths(short, "/leaves/")[2]
    lines = decode(short[leaf], max_bytes=1 << 20)["proof"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    proof = _json(short, leaf, lambda v: {**v, "proof": "\n".join(lines)})
    yield Attack("a log proof spoilt", "short", resigned(proof), 7, "proof-mismatch")
    salt = _json(short, leaf, lambda v: {**v, "salt": b64(seed("another"))})
    yield Attack("an opening of another leaf", "short", resigned(salt), 7, "leaf-mismatch")
    gone = resigned(_without(short, leaf))
    yield Attack("a leaf removed", "short", gone, 7, "bundle-leaf-missing")
    path = _paths(short, "/vn_contact-point/1/checkpoint")[0]
    text = short[path].decode()
    spoilt = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    files = resigned({**short, path: spoilt.encode()})
    yield Attack("a checkpoint's signature spoilt", "short", files, 7, "note-signature-bad")
    other = Story().nodes[ZA]
    for _ in range(short_story().nodes[ZA].known):
        other.append("domestic.note", seed("fork"), START)
    fork = {**short, _paths(short, "/za_central-authority/1/checkpoint")[0]: other.note().encode()}
    yield Attack("a partner's log with two roots", "short", resigned(fork), 7, "bundle-fork")
    bare = resigned(_without(short, "consistency.json"))
    yield Attack("no proof that the log grew", "short", bare, 7, "bundle-consistency")


def _times() -> Iterator[Attack]:
    for use, name in (("message", "a message"), ("officer-ca", "an approval")):
        revoked = directory(revoking(VN, use, START))
        files = bundle_of(case_of(short_story(), directory=revoked))
        yield Attack(f"{name} back-dated with a revoked key", "short", files, 8, "key-revoked")
    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    last = story.say(VN, "request.status-asked", conversation=conversation, delivered=False)
    held = {layout.receipt_path(last.record, ZA): Withheld("not received so far")}
    revoked = directory(revoking(VN, "message", EXPORTED))
    files = bundle_of(case_of(story, directory=revoked, withheld=held))
    yield Attack("a revoked key and no proved time", "short", files, 8, "key-revoked")
    revoked = directory(revoking(ZA, "receipt", START))
    files = bundle_of(case_of(short_story(), directory=revoked))
    yield Attack("a receipt back-dated with a revoked key", "short", files, 8, "key-revoked")


def _whole_case(**changes: Any) -> Files:
    return bundle_of(case_of(whole_story(), **changes), evidence_of(whole_story()))


def _custody() -> Iterator[Attack]:
    whole = whole_bundle()
    path = layout.custody_path(EXHIBIT)
    middle = _json(whole, path, lambda v: [v[0], *v[2:]])
    yield Attack("a custody event removed", "whole", resigned(middle), 9, "custody-missing")
    events = [event.to_value() for event in whole_story().events]
    short = _whole_case(chains={EXHIBIT: events[:3]})
    name = "the last custody event removed, a lower head stated"
    yield Attack(name, "whole", short, 9, "bundle-custody")
    other = [{**events[0], "by": "somebody-else"}, *events[1:]]
    changed = {**whole, path: encode(other)}
    yield Attack("a custody event rewritten", "whole", resigned(changed), 9, "custody-altered")
    gone = resigned(_without(whole, path))
    yield Attack("a whole chain removed", "whole", gone, 9, "bundle-custody")
    none = _whole_case(chains={})
    name = "a chain that was handed over, neither stated nor there"
    yield Attack(name, "whole", none, 9, "bundle-custody")


def _evidence() -> Iterator[Attack]:
    whole = whole_bundle()
    path = _paths(whole, "data/evidence/")[0]
    bit = {**whole, path: whole[path][:-1] + bytes([whole[path][-1] ^ 1])}
    yield Attack("one bit of a sealed package", "whole", resigned(bit), 10, "offer-root")
    cut = {**whole, path: whole[path][:-1]}
    yield Attack("a sealed package cut short", "whole", resigned(cut), 10, "offer-root")
    gone = resigned(_without(whole, "data/evidence/"))
    yield Attack("a sealed package removed", "whole", gone, 10, "bundle-evidence")
    mail = next(p for p in _paths(whole, "/exhibits/") if p.endswith("mail.txt"))
    other = {**whole, mail: whole[mail] + b"x"}
    yield Attack("a file of an opened exhibit changed", "whole", resigned(other), 10, _DIGEST)
    top = next(p for p in _paths(whole, "/exhibits/") if p.endswith("tagmanifest-sha512.txt"))
    tags = {**whole, top: whole[top] + b"\n"}
    yield Attack("an opened exhibit's tag manifest changed", "whole", resigned(tags), 10, _DIGEST)
    more = {**whole, mail + ".more": b"x"}
    yield Attack("a file added to an exhibit", "whole", resigned(more), 10, "package-manifest")
    stray = {**whole, layout.package_path(bytes(32)): whole[path]}
    yield Attack("a package under another name", "whole", resigned(stray), 10, "offer-root")


_DIGEST = "package-digest"


def _omit(story: Story, place: int) -> Files:
    """Return what an exporter writes who leaves a message out, and all that is its own."""
    case = case_of(story)
    gone = case.messages[place]
    receipts = [r for r in case.receipts if parse_receipt(r.payload).record != gone.record]
    records = {parse_digest(gone.record)}
    records |= {
        jws_record(r) for r in case.receipts if parse_receipt(r.payload).record == gone.record
    }
    leaves = [leaf for leaf in case.leaves if leaf.opening.record not in records]
    messages = [m for m in case.messages if m is not gone]
    return bundle_of(replace(case, messages=messages, receipts=receipts, leaves=leaves))


def jws_record(envelope: jws.Jws) -> bytes:
    from comity.canonical import digest

    return digest("record", envelope.record)


def _complete() -> Iterator[Attack]:
    short = short_bundle()
    omitted = _omit(short_story(), 1)
    name = "a message left out with its receipt and leaves, all signed again"
    yield Attack(name, "short", omitted, 4, "bundle-message-missing")
    path = _message_path(_message(1))
    stranger = resigned(_without(short, path), signer=key("a stranger's export key"))
    name = "a message left out, signed again by a stranger"
    yield Attack(name, "short", stranger, 2, "key-unknown")
    opening = _omit(short_story(), 0)
    yield Attack("the opening message left out", "short", opening, 5, "bundle-message-missing")

    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    asked = story.say(VN, "request.status-asked", conversation=conversation)
    story.say(ZA, "request.status-given", conversation=conversation, about=asked.content)
    seen = _omit(story, 3)
    name = "a message left out that only the answer to it names"
    yield Attack(name, "short", seen, 11, "bundle-message-missing")

    def wrong(told: Statement) -> Statement:
        return replace(told, withheld={layout.README: Withheld("no")})

    told = resigned(short, wrong)
    yield Attack("what cannot be withheld is", "short", told, 2, "bundle-statement")


def write_vectors() -> None:
    """Write bases, trust files and differences."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bases = {"short": short_bundle(), "whole": whole_bundle()}
    for name, files in bases.items():
        value = {"files": {path: _text(data) for path, data in sorted(files.items())}}
        _dump(f"{name}.json", value)
    vectors = []
    for attack in attacks():
        base = bases[attack.base]
        names = sorted(base.keys() | attack.files.keys())
        changed = [p for p in names if base.get(p) != attack.files.get(p)]
        difference = {
            path: _text(attack.files[path]) if path in attack.files else None for path in changed
        }
        trust = None if attack.trust is None else json.loads(attack.trust.data)
        expect = {"code": attack.code, "exit": attack.exit, "step": attack.step}
        vectors.append(
            {
                "base": attack.base,
                "changes": difference,
                "expect": expect,
                "name": attack.name,
                "trust": trust,
            }
        )
    _dump("vectors.json", {"vectors": vectors})


def _text(data: bytes) -> Any:
    """Return text as text and other bytes as base64."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
    return text


def _dump(name: str, value: Any) -> None:
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_vectors()

__all__ = ["FOLDER", "Attack", "attacks", "digest_text", "write_vectors"]
