"""Steps 1 and 2 of a verdict: the files are those the exporter signed for."""

from typing import Final

from comity.bundle import layout, tagfiles
from comity.bundle.claims import Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import (
    BundleFileChangedError,
    BundleFileForeignError,
    BundleFileMissingError,
    BundleStatementError,
    BundleTagFileError,
)
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.canonical import PeerError, parse_digest
from comity.canonical.amounts import counted
from comity.evidence import bag
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
    due[bag.MANIFEST_NAME] = tagfiles.manifest(
        {path: bundle.files[path].sha256 for path in payload}
    )
    if bundle.statement is not None:
        due[bag.INFO_NAME] = tagfiles.info(
            exported_at=bundle.statement.exported_at,
            exporter=bundle.statement.exporter,
            size_bytes=sum(bundle.files[path].size_bytes for path in payload),
            files=len(payload),
        )
    if set(layout.TAG_FILES) <= tags.keys():
        due[layout.TAG_MANIFEST] = tagfiles.tag_manifest(
            {path: bundle.files[path].sha512 for path in layout.TAG_FILES}
        )
    there = [path for path in _TAGS if path in due and path in tags]
    believed = _believed(bundle, tags)
    wrong = [
        path
        for path in there
        if not tagfiles.fits(path, tags[path], due[path])
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
