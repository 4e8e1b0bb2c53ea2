"""Steps 1 and 2 of a verdict: the files are those the exporter signed for."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

from comity.bundle import layout
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import (
    BundleFileChangedError,
    BundleFileForeignError,
    BundleFileMissingError,
    BundleHeadError,
    BundleMessageMissingError,
    BundleStatementError,
    BundleTagFileError,
)
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.canonical import PeerError, parse_digest
from comity.canonical.amounts import counted
from comity.evidence import bag
from comity.exchange import Message
from comity.exchange.bodies import Request, check_body
from comity.keys import jws

_TAGS: Final = (*layout.TAG_FILES, layout.TAG_MANIFEST)


def files(bundle: Bundle, notes: Notes) -> str:
    """Check every file against the manifests, and the manifests against what they must be.

    The tag manifest is believed of the manifest, and the manifest of the payload, so that the file
    that was changed is the one that is named.
    """
    for path in bundle.strange:
        notes.fail(BundleFileForeignError("neither a plain file nor a folder"), path)
    for path in bundle.files:
        if layout.row_of(path) is None and path not in _TAGS:
            notes.fail(BundleFileForeignError("nothing of that name belongs into a bundle"), path)
    tags = _read_tags(bundle, notes)
    believed = _believed(bundle, tags)
    listed = _listed(tags, believed)
    payload = {path for path in bundle.files if path.startswith("data/")}
    _compare(bundle, notes, listed, payload)
    _check_tags(bundle, notes, tags, payload)
    total = sum(found.size_bytes for found in bundle.files.values())
    notes.looked_at.update(files=len(bundle.files), bytes=total)
    return f"{counted(len(bundle.files), 'file')}, {counted(total, 'byte')}"


def _read_tags(bundle: Bundle, notes: Notes) -> dict[str, bytes]:
    tags = {}
    for path in _TAGS:
        if path not in bundle.files:
            notes.fail(BundleFileMissingError("a bundle has this file"), path)
            continue
        with notes.guard(path):
            tags[path] = bundle.read(path)
    return tags


def _believed(bundle: Bundle, tags: dict[str, bytes]) -> set[str]:
    """Return the tag files that are as the tag manifest says."""
    try:
        listed = bag.parse_manifest(tags.get(layout.TAG_MANIFEST, b""), layout.TAG_MANIFEST)
    except PeerError:
        return set()  # `_check_tags` names it
    good = set()
    for path in tags.keys() - {layout.TAG_MANIFEST}:
        if listed.get(path) == bundle.files[path].sha512.hex():
            good.add(path)
    return good


def _listed(tags: dict[str, bytes], believed: set[str]) -> dict[str, str] | None:
    if bag.MANIFEST_NAME not in believed:
        return None
    try:
        return bag.parse_manifest(tags[bag.MANIFEST_NAME], bag.MANIFEST_NAME)
    except PeerError:
        return None


def _compare(
    bundle: Bundle, notes: Notes, listed: dict[str, str] | None, payload: set[str]
) -> None:
    """Compare the payload with the manifest; if it is spoilt, with the exporter's list."""
    if listed is None:
        statement = bundle.statement
        if statement is None:
            return
        listed = {path: layout.plain(value) for path, value in statement.files.items()}
        payload = payload - {layout.STATEMENT}
    for path in sorted(listed.keys() - payload):
        notes.fail(BundleFileMissingError("listed, but not there"), path)
    for path in sorted(payload - listed.keys()):
        notes.fail(BundleFileForeignError("there, but not listed"), path)
    for path in sorted(payload & listed.keys()):
        if bundle.files[path].sha256.hex() != listed[path]:
            notes.fail(BundleFileChangedError("its bytes are not those of its digest"), path)


def _check_tags(bundle: Bundle, notes: Notes, tags: dict[str, bytes], payload: set[str]) -> None:
    """Check that each tag file says what it must; the spoilt ones are named."""
    due = {bag.DECLARATION_NAME: bag.DECLARATION}
    due[bag.MANIFEST_NAME] = layout.manifest({path: bundle.files[path].sha256 for path in payload})
    if bundle.statement is not None:
        due[bag.INFO_NAME] = layout.info(
            exported_at=bundle.statement.exported_at,
            exporter=bundle.statement.exporter,
            size_bytes=sum(bundle.files[path].size_bytes for path in payload),
            files=len(payload),
        )
    if set(layout.TAG_FILES) <= tags.keys():
        due[layout.TAG_MANIFEST] = layout.tag_manifest(
            {path: bundle.files[path].sha512 for path in layout.TAG_FILES}
        )
    there = [path for path in _TAGS if path in due and path in tags]
    believed = _believed(bundle, tags)
    wrong = [
        path
        for path in there
        if not layout.fits(path, tags[path], due[path])
        # changed where it is free: the tag manifest names other bytes
        or (path in layout.TAG_FILES and path not in believed and tags[path] != due[path])
    ]
    innocent = {bag.MANIFEST_NAME, bag.INFO_NAME} if notes.findings else set()
    for path in wrong:
        if path in innocent & believed:
            continue  # it is as it was; the payload is not
        if path == layout.TAG_MANIFEST and set(wrong) - {path} - (innocent & believed):
            continue  # it is as it was; another tag file is not
        notes.fail(BundleTagFileError("not what the bundle's content gives"), path)


def exporter(bundle: Bundle, notes: Notes) -> str:
    """Check the exporter's signature over the list of all files."""
    statement, envelope = bundle.statement, bundle.statement_jws
    notes.looked_at.update(party=bundle.exporter or "?")
    for path, error in bundle.faults_of(Kind.STATEMENT):
        notes.fail(error, path)
    if statement is None or envelope is None:
        if not notes.findings:
            notes.fail(BundleFileMissingError("no statement by an exporter"), layout.STATEMENT)
        return "nobody signs for this bundle"
    with notes.guard(layout.STATEMENT):
        jws.expect(envelope, thing="bundle", mode=bundle.mode)
        signature = envelope.signatures[0]
        row = bundle.directory.key(statement.exporter, signature.kid, "export")
        key = bundle.directory.signing_key(
            statement.exporter,
            signature.kid,
            use="export",
            proved_at=row.invalid_from or statement.exported_at,
        )
        jws.verify(envelope, {key.kid: key}, thing="bundle", mode=bundle.mode)
        word: Word = "proved" if bundle.pinned(statement.exporter) else "attested"
        notes.claim("exporter-signed", word, statement.exporter, files=len(statement.files))
    _check_list(bundle, notes)
    for path in (*bundle.of(Kind.README), *bundle.of(Kind.PAPER), *bundle.of(Kind.CASE)):
        notes.claim("exporter-prose", "attested", statement.exporter, path=path)
    return f"exported by {statement.exporter}"


def _check_list(bundle: Bundle, notes: Notes) -> None:
    """Compare the files with the exporter's list, which names all but itself and the tag files."""
    statement = bundle.statement
    if statement is None:
        return
    there = {path for path in bundle.files if path.startswith("data/")} - {layout.STATEMENT}
    for path in sorted(statement.files.keys() - there):
        notes.fail(BundleFileMissingError("the exporter lists it, and it is not there"), path)
    for path in sorted(there - statement.files.keys()):
        notes.fail(BundleFileForeignError("the exporter does not list it"), path)
    for path in sorted(there & statement.files.keys()):
        if bundle.files[path].sha256 != parse_digest(statement.files[path]):
            notes.fail(BundleFileChangedError("the exporter signed other bytes"), path)
    for path in sorted(statement.withheld.keys() & bundle.files.keys()):
        notes.fail(BundleStatementError("listed as withheld, and it is there"), path)


# Step 11 of a verdict: nothing is missing up to the stated heads.


ABOUT: Final = "about"


def completeness(bundle: Bundle, notes: Notes) -> str:
    """Check that whatever anything names is there: heads, previous, seen, about, receipts."""
    statement = bundle.statement
    there = bundle.by_content
    for path, message in bundle.messages.items():
        aside = bundle.set_aside(message)
        for content, what in _named(message):
            if content in there:
                continue
            if aside is not None:
                outcome = {"outcome": aside.outcome, "addressee": aside.addressee}
                notes.claim("message-named", "unknown", aside.addressee, path=path, told=outcome)
            elif what == ABOUT:  # it moves nothing, or the replay would not have it in effect
                notes.claim("message-named", "unknown", message.draft.author, path=path)
            else:
                error = BundleMessageMissingError(f"it names ({what}) a message that is gone")
                notes.fail(error, path)
    for path, (_, receipt) in bundle.receipts.items():
        if receipt.record not in bundle.by_record:
            notes.fail(BundleMessageMissingError("it is for a message that is gone"), path)
    for told in statement.conversations if statement is not None else ():
        for party, head in told.heads.items():
            found = there.get(head.content)
            if found is None or found.draft.sequence != head.sequence:
                path = layout.message_path(told.conversation, party, head.sequence)
                notes.fail(BundleMessageMissingError(f"the head of {party} is gone"), path)
    _withheld(bundle, notes)
    _tell_beyond(bundle, notes)
    stated = statement.conversations if statement is not None else ()
    heads = sum(len(told.heads) for told in stated)
    chains = len(statement.custody) if statement is not None else 0
    notes.looked_at.update(heads=heads, chains=chains)
    if statement is None:
        notes.fail(BundleHeadError("no heads are stated"), layout.STATEMENT)
        return "complete up to nothing: no heads are stated"
    return f"complete up to the stated heads: {heads}; custody chains: {chains}"


def _named(message: Message) -> list[tuple[str, str]]:
    """Return the digest of each message that a message names, and where it names it."""
    draft = message.draft
    named = [(mark.content, f"seen, {party}") for party, mark in draft.seen.items()]
    others = (
        (draft.previous, "previous"),
        (draft.about, ABOUT),
        (draft.conversation, "conversation"),
    )
    return named + [(content, what) for content, what in others if content is not None]


def _withheld(bundle: Bundle, notes: Notes) -> None:
    """Check that what is withheld is something that could be there."""
    for path in bundle.withheld:
        if not layout.may_be_withheld(path):
            error = BundleStatementError(f"{path!r} cannot be withheld")
            notes.fail(error, layout.STATEMENT)


def _tell_beyond(bundle: Bundle, notes: Notes) -> None:
    """Say what an exporter can leave out unseen, and what in the bundle points to more."""
    notes.claim("nothing-later", "unknown", bundle.exporter)
    notes.claim("not-invented-together", "unknown")
    statement = bundle.statement
    told = {item.conversation for item in statement.conversations} if statement else set()
    for path, conversation in _links(bundle):
        if conversation not in told:
            notes.claim("conversation-named", "unknown", conversation=conversation, path=path)
    exporter = layout.flat(statement.exporter) if statement else ""
    for (party, epoch), signed in sorted(bundle.checkpoints.items()):
        shown = sum((leaf.party, leaf.epoch) == (party, epoch) for leaf in bundle.good_leaves)
        if party == exporter and shown < signed.checkpoint.tree_size:
            more = signed.checkpoint.tree_size - shown
            origin = signed.checkpoint.origin
            notes.claim("log-entry", "unknown", count=more, origin=origin)


def _links(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Yield (path of the section, conversation) of what requests say they belong with."""
    for message in bundle.messages.values():
        section = bundle.sections_of(message).get("request")
        if section is None:
            continue
        with suppress(PeerError):  # step 4 names it
            request = cast("Request", check_body("request", section.value))
            path = layout.section_path(message.content, "request")
            yield from ((path, link.conversation) for link in request.links)
