"""Steps 1 to 3 of a verdict: files, the exporter's signature, records against the trust file."""

import hashlib
import json
from datetime import datetime
from typing import Any

from tests.stranger.bag import BAGIT, LINE
from tests.stranger.book import Book, Record
from tests.stranger.bundle import STATEMENT, TAG_FILES, Case, folder_name, place_of
from tests.stranger.suites import parse_jws, verify_jws
from tests.stranger.values import (
    DIGEST,
    PARTY,
    RefusedError,
    decode,
    demand,
    members,
    refuse,
    time_of,
    unb64,
)

MEMBERS = "conversations custody exported_at exporter files mode protocol state withheld"
MAY_BE_WITHHELD = {"section", "receipt", "evidence", "custody", "exhibit"}
MAX_FILE = 1 << 30
MAX_TAG_FILE = 512 << 20
"""Of a BagIt file of the bundle, and of a manifest of an exhibit (C-16-89)."""


def step_1(case: Case) -> None:
    """Check the bag: its layout, its manifests, its tag files."""
    files = case.files
    for name in (*TAG_FILES, STATEMENT):
        demand(name in files, "bundle-file-missing", name)
    for name in TAG_FILES:
        demand(len(files[name]) <= MAX_TAG_FILE, "bundle-limit", name)
    for path in sorted(files):
        if path not in TAG_FILES:
            demand(place_of(path), "bundle-file-foreign", path)
    demand(files["bagit.txt"] == BAGIT, "bundle-tag-file", "bagit.txt")
    manifest = _manifest(files["manifest-sha256.txt"], 64)
    tags = _manifest(files["tagmanifest-sha512.txt"], 128)
    payload = {path for path in files if path.startswith("data/")}
    demand(not set(manifest) - payload, "bundle-file-missing", "a file of the manifest")
    demand(not payload - set(manifest), "bundle-file-foreign", "a file beside the manifest")
    for path in sorted(payload):
        same = hashlib.sha256(files[path]).hexdigest() == manifest[path]
        demand(same, "bundle-file-changed", path)
    due = {name for name in TAG_FILES if not name.startswith("tagmanifest")}
    demand(set(tags) == due, "bundle-tag-file", "the tag manifest")
    for name, told in tags.items():
        demand(hashlib.sha512(files[name]).hexdigest() == told, "bundle-tag-file", name)
    _bag_info(case)


def _manifest(data: bytes, digits: int) -> dict[str, str]:
    code, found = "bundle-tag-file", dict[str, str]()
    try:
        text = data.decode("utf-8")
    except UnicodeError:
        refuse(code, "a manifest that is no text")
    demand(text.endswith("\n"), code, "the last line of a manifest")
    for line in text.split("\n")[:-1]:
        parts = LINE.fullmatch(line)
        demand(parts and len(parts[1]) == digits and parts[2] not in found, code, line)
        assert parts is not None
        found[parts[2]] = parts[1]
    return found


def _bag_info(case: Case) -> None:
    code, facts = "bundle-tag-file", dict[str, list[str]]()
    try:
        text = case.files["bag-info.txt"].decode("utf-8")
    except UnicodeError:
        refuse(code, "bag-info.txt is no text")
    for line in text.splitlines():
        if line[:1] in (" ", "\t"):
            continue
        name, gap, told = line.partition(":")
        demand(gap and name, code, "a line of bag-info.txt")
        facts.setdefault(name.casefold(), []).append(told.strip())
    payload = [len(data) for path, data in case.files.items() if path.startswith("data/")]
    due = {"payload-oxum": f"{sum(payload)}.{len(payload)}"}
    try:  # whoever signed it: step 2 will tell
        said = json.loads(unb64(json.loads(case.files[STATEMENT])["payload"]))
        due |= {"bagging-date": said["exported_at"][:10], "source-organization": said["exporter"]}
    except (ValueError, LookupError, TypeError, RefusedError):
        pass
    for name in ("payload-oxum", "bagging-date", "source-organization"):
        demand(len(facts.get(name, [])) == 1, code, name)
        demand(name not in due or facts[name] == [due[name]], code, name)


# ------------------------------------------------------------------ the exporter


def load_records(case: Case) -> None:
    """Read State records and entries, and keep what stands against the trust file."""
    statement = parse_jws(decode(case.files[STATEMENT], most=MAX_FILE))
    loose = decode(statement.payload, most=MAX_FILE)
    case.mode = case.trust.mode if case.trust else str(loose.get("mode"))
    case.book = Pins(case.mode, case.trust)
    for kind in ("state", "entry"):
        found = case.of_kind(kind)
        for path, names in sorted(found, key=lambda one: (one[1][0], int(one[1][1]))):
            try:
                value = decode(case.files[path])
                case.book.accept(value, None)
                said = decode(parse_jws(value).payload)
                own = said.get("party", said.get("state"))
                named = (folder_name(own), str(said["version"])) == names
                demand(named, "bundle-name", path)
            except RefusedError as fault:
                case.record_faults.append(fault)
    case.directory = case.book.directory()


class Pins(Book):
    """Records in a bundle: all versions come together, and a State may be unpinned."""

    def pinned(self, record: Record) -> bool:
        """Tell whether nothing is known against the keys of a State's first record."""
        state = record.value["state"]
        if self.trust is None or state not in self.trust.pins:
            return True
        return super().pinned(record)


def step_2(case: Case) -> None:
    """Check the exporter's statement, its signature and its list of files."""
    envelope = parse_jws(decode(case.files[STATEMENT], most=MAX_FILE))
    said = decode(envelope.payload, most=MAX_FILE)
    exporter = said.get("exporter") if isinstance(said, dict) else None
    if not isinstance(exporter, str) or not PARTY.fullmatch(exporter):
        refuse("bundle-statement", "the exporter")
    party: str = exporter

    def find(kid: str) -> Any:
        return case.directory.holds(party, "export", kid)

    verify_jws(envelope, thing="bundle", mode=case.mode, find=find)
    check_statement(said, case)
    case.statement = said
    exported = time_of(said["exported_at"])
    for header in envelope.headers:
        row = next(r for r in case.directory.rows if r.kid == header["kid"])
        demand(row.invalid_from is None, "key-revoked", "nothing proves when it was made")
        case.directory.signer(party, use="export", at=exported)(header["kid"])
    _check_list(said, case)


def check_statement(said: Any, case: Case) -> None:
    """Refuse a statement whose members do not fit together."""
    code = "bundle-statement"
    try:
        members(said, MEMBERS)
        time_of(said["exported_at"])
        for row in said["conversations"]:
            members(row, "conversation heads members")
            for head in row["heads"].values():
                members(head, "content sequence")
        for row in said["withheld"]:
            members(row, "decision path reason")
        for head in said["custody"].values():
            members(head, "count digest")
    except (RefusedError, AttributeError, TypeError) as fault:
        raise RefusedError(code, str(fault)) from fault
    demand(said["protocol"] == "comity/1" and said["mode"] == case.mode, code)
    named = [row["conversation"] for row in said["conversations"]]
    demand(set(said["state"]) == set(named) and len(set(named)) == len(named), code, "states")
    for row in said["withheld"]:
        place = place_of(row["path"])
        demand(place and place[0] in MAY_BE_WITHHELD, code, "what cannot be withheld")
        demand(row["path"] not in said["files"], code, "withheld, and there all the same")
        demand(isinstance(row["reason"], str), code, "a reason")
    paths = [row["path"] for row in said["withheld"]]
    demand(len(set(paths)) == len(paths), code, "withheld twice")


def _check_list(said: dict[str, Any], case: Case) -> None:
    there = {path for path in case.files if path.startswith("data/") and path != STATEMENT}
    demand(not set(said["files"]) - there, "bundle-file-missing", "of the exporter's list")
    demand(not there - set(said["files"]), "bundle-file-foreign", "beside the exporter's list")
    for path, told in said["files"].items():
        demand(isinstance(told, str) and DIGEST.fullmatch(told), "bundle-statement")
        own = "sha256:" + hashlib.sha256(case.files[path]).hexdigest()
        demand(own == told, "bundle-file-changed", path)


def step_3(case: Case) -> None:
    """Report what does not stand against the trust file."""
    for fault in case.record_faults:
        raise fault
    for row in case.statement["conversations"]:
        for party in row["members"]:
            demand(case.book.entries.get(party), "party-unknown", party)


def entry_at(case: Case, party: str, moment: datetime) -> dict[str, Any] | None:
    """Return the entry that was in force at a moment."""
    held = case.book.entries.get(party, {})
    there = [one.value for one in held.values() if time_of(one.value["issued_at"]) <= moment]
    newest = max(there, key=lambda value: int(value["version"]), default=None)
    return newest or (held[min(held)].value if held else None)
