"""The specification's own tables as data for the page: moves, sections, words.

The tables are the specification's (sections 7 and 8.4, ``spec/schemas/sections``); the code that
runs them in the page is its own.
"""

import functools
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from comity.bundle.errors import BundleFileForeignError
from comity.bundle.verdict import Report
from comity.exchange.bodies import SECTIONS
from comity.exchange.editions import KNOWN

# Files that a computer adds to a folder by itself, when somebody only opens or copies it.
#
# The page has the same names (`comity.verifier.tables`). They change no verdict: what does not
# belong into a bundle is foreign, whoever put it there. They change what a person should do next.


ADDED: Final[Mapping[str, Sequence[str]]] = {
    "begin": ("._",),
    "files": (".directory", ".ds_store", "desktop.ini", "ehthumbs.db", "thumbs.db"),
    "folders": (
        "$recycle.bin",
        ".fseventsd",
        ".spotlight-v100",
        ".trashes",
        "__macosx",
        "system volume information",
    ),
}
"""Beginnings of names, names of files and names of folders, in lower case."""


def may_be_added(path: str) -> bool:
    """Tell whether a computer may have added a file, by its path in the folder."""
    *folders, name = path.lower().split("/")
    if any(folder in ADDED["folders"] for folder in folders):
        return True
    return name in ADDED["files"] or name.startswith(tuple(ADDED["begin"]))


def added_files(report: Report) -> tuple[tuple[str, ...], bool]:
    """Return the foreign files that a computer may have added, and whether nothing else failed."""
    found = [one for step in report.steps for one in step.findings]
    added = [
        one.path
        for one in found
        if one.code == BundleFileForeignError.code and may_be_added(one.path)
    ]
    return tuple(dict.fromkeys(added)), len(added) == len(found)


# What a detail of a finding means to a person: sentences for what the checks say in English.
#
# A check says what does not hold in English, with facts in it; two programs may word one fault
# differently. Each pattern here is such a wording, with a name in braces for each fact; it leads to
# the name of a sentence that every language has. What no pattern fits is told as it is, and said to
# be a technical note in English.


DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "detail-key-none": ("{party} has no such key",),
    "detail-note-unsigned": ("no known key signed this note",),
    "detail-bytes": ("its bytes are not those of its digest",),
    "detail-signed-bytes": ("the exporter signed other bytes",),
    "detail-listed": ("listed, but not there", "the exporter lists it, and it is not there"),
    "detail-due-file": ("a bundle has this file",),
    "detail-leaf-none": (
        "no leaf of kind {kind} is proved for it",
        "no leaf is proved for this receipt",
    ),
    "detail-section-foreign": ("a section of no message here",),
    "detail-leaf-tree": ("proved by another tree than the log's checkpoint in the bundle",),
    "detail-section-missing": ("neither there nor listed as withheld",),
    "detail-package-missing": ("offered, and neither there nor withheld",),
    "detail-message-gone": (
        "the message it is for is not there",
        "it is for a message that is gone",
    ),
    "detail-named-gone": (
        "the message it countersigns is gone",
        "it names ({place}) a message of {party}: gone",
        "it names ({place}) a message that is gone",
    ),
    "detail-conversation": ("its conversation is not among those of the bundle",),
    "detail-tag": ("not what the bundle's content gives",),
    "detail-entry-none": ("no entry of {party} stands",),
    "detail-follows": ("a later one follows it",),
    "detail-state-none": ("no such State record is held",),
    "detail-no-offer": ("no message here offers it",),
    "detail-opening-gone": (
        "the message that opens the conversation is not there",
        "the message that opens it is not there",
    ),
    "detail-revoked": ("not proved before the key became invalid",),
    "detail-leaf-other": ("the log's leaf is not the receipt's",),
    "detail-heads": ("{conversation} ends at other heads",),
    "detail-head-gone": ("the head of {party} is gone",),
    "detail-signature": (
        "a known key's signature does not verify",
        "the signature does not fit",
    ),
    "detail-manifest": ("not as the tag manifest says", "not as the manifest says"),
    "detail-typ": ("wanted {typ}",),
    "detail-custody-none": (
        "a message {deed}, and it is not there",
        "a head is stated, and the chain is not there",
    ),
    "detail-name-foreign": (
        "nothing of that name belongs into a bundle",
        "nothing of that name belongs here",
    ),
    "detail-receipt-none": ("{party} must have receipted {path}",),
    "detail-consistency": ("no proof from the tree of {count} leaves",),
    "detail-imprint": ("the token is of other bytes than this note",),
    "detail-root": ("its blocks do not lead to its name",),
    "detail-not-offered": (
        "not the one offered, {digest}",
        "not the tag manifest that was offered",
    ),
    "detail-form": (
        "not a time-stamp response of RFC 3161",
        "not JSON: {place}",
        "an object does not end",
        "an array does not end",
        "bytes differ from the canonical form of their value",
        "not the canonical form of its value",
        "member {name} is missing",
        "a control character",
        "not UTF-8, or a control character",
    ),
    "detail-state": (
        "{conversation} replays to {state}, not to what is stated",
        "{conversation} replays to {state}, not as stated",
    ),
    "detail-heads-none": ("no heads are stated",),
    "detail-proof": (
        "the proof leads to other roots",
        "the path leads to another root",
        "the log's proof does not hold ({code})",
        "the opening explains another entry",
    ),
    "detail-stamp-untrusted": (
        "not signed by this authority, or not with a certificate for it at that time",
    ),
    "detail-list-differs": (
        "{name} is listed and not there, or there and not listed",
        "a file is listed and not there, or there and not listed",
        "it does not name {name}",
    ),
    "detail-unlike": (
        "the keys of {state} are not those pinned: either may be wrong",
        "the keys are not those pinned: either may be wrong",
    ),
    "detail-certificate": ("a certificate of another party or mode",),
    "detail-name": ("by its content it stands at {path}",),
    "detail-section": ("the message commits to another section",),
    "detail-key-use": ("a {use} key where a {due} key is due",),
    "detail-custody-other": ("not the chain that {path} hands over",),
    "detail-withheld-there": ("listed as withheld, and it is there",),
    "detail-custody-end": ("the chain ends at event {count}, not as stated",),
    "detail-unlisted": ("there, but not listed", "the exporter does not list it"),
    "detail-modes": ("the bundle is {mode}, the trust file {other}",),
    "detail-threshold": (
        "{count} good signatures where {due} are due",
        "{count} good signature where {due} are due",
        "{count} good signatures where {due} is due",
        "fewer good signatures than {due}",
    ),
    "detail-changed": (
        "the record was changed after it was signed: {counts}; get the file again from the State "
        "that signed it",
    ),
    "detail-double": ("two payloads of one version",),
    "detail-approvals": (
        "{author} author and {approver} approver approvals are due",
        "{author} and {approver} approvals are due",
    ),
    "detail-fork": ("two roots for {count} leaves of one log",),
    "detail-custody-broken": (
        "event {number} is missing",
        "event {number} is not the one that event {other} follows",
        "event {other} stands where event {number} is due",
    ),
    "detail-withheld-wrong": (
        "{path} is withheld, and its bag names no such file",
        "withheld, and its bag names no such file",
        "{path} cannot be withheld",
        "it cannot be withheld",
        "a file is withheld of an exhibit that is not here",
    ),
    "detail-offers-differ": ("{path} says otherwise of the same package",),
    "detail-size": ("not as many bytes as offered", "not the size offered"),
    "detail-custody-rule": (
        "event {number} cannot be proved and must be marked attested",
        "event {number} must be marked attested",
        "event {number} comes after destruction",
        "event {number} is dated before {other}",
        "event {number} destroys what {other}",
    ),
    "detail-log-path": (
        "a checkpoint of another log, or of another size",
        "a checkpoint of another log",
    ),
    "detail-no-file": ("neither a plain file nor a folder",),
    "detail-second": ("the second signature is an approver's", "an approver's is due"),
    "detail-stamp-refused": ("the authority gave no token",),
    "detail-stamped-signatures": (
        "a stamped checkpoint has its own log's signature and no other",
        "its own log's signature is due, and no other",
    ),
    "detail-statement-none": ("no statement by an exporter",),
    "detail-stamp-none": (
        "no time stamp over it is there",
        "the checkpoint that this time stamp is of is not there",
        "the checkpoint it is of is not there",
    ),
}
OTHERWISE: Final = "detail-other"
"""What no pattern fits is told as it is; its fact ``note`` is that."""
_FACT: Final = re.compile(r"\{(\w+)\}")


def detail_of(reason: str) -> tuple[str, dict[str, str]]:
    """Return the name of the sentence that says what a check said in English, and its facts."""
    for name, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return name, found.groupdict()
    return OTHERWISE, {"note": reason}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _compiled(text)) for name, of in sorted(DETAILS.items()) for text in of)


def _compiled(text: str) -> re.Pattern[str]:
    parts = _FACT.split(text)
    made = (
        f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile("".join(made), re.DOTALL)


# What a finding's code means to a person: the name of a sentence in every language's words.


REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "why-signature": ("signature-invalid", "note-signature-bad", "webauthn-invalid"),
    "why-key": (
        "key-unknown",
        "key-use",
        "entry-foreign",
        "certificate-unfit",
        "state-unknown",
        "party-unknown",
        "threshold-missed",
        "note-unsigned",
        "checkpoint-unsigned",
    ),
    "why-unpinned": ("state-unpinned",),
    "why-time": ("key-revoked", "key-expired", "key-not-yet", "approval-expired"),
    "why-changed": (
        "bundle-file-changed",
        "bundle-tag-file",
        "package-digest",
        "section-mismatch",
        "custody-altered",
        "offer-root",
        "offer-size",
    ),
    "why-missing": (
        "bundle-file-missing",
        "bundle-message-missing",
        "bundle-receipt-missing",
        "bundle-leaf-missing",
        "bundle-section",
        "bundle-custody",
        "bundle-consistency",
        "custody-missing",
        "package-manifest",
        "state-gap",
    ),
    "why-foreign": ("bundle-file-foreign",),
    "why-name": ("bundle-name", "package-name"),
    "why-log": (
        "proof-mismatch",
        "proof-range",
        "receipt-unproved",
        "leaf-mismatch",
        "bundle-leaf",
    ),
    "why-disagree": ("bundle-fork", "entry-double-speak", "state-double-speak"),
    "why-mode": ("typ-mismatch", "mode-mismatch"),
    "why-state": ("bundle-state", "bundle-head", "bundle-chain"),
    "why-approval": (
        "approvals-missing",
        "approval-same-officer",
        "approval-detached",
        "countersignature-unfit",
    ),
    "why-custody": ("custody-rule", "custody-order", "custody-event"),
    "why-evidence": ("bundle-evidence",),
    "why-stamp": (
        "timestamp-malformed",
        "timestamp-refused",
        "timestamp-imprint",
        "timestamp-untrusted",
        "timestamp-root",
    ),
    "why-directory": (
        "entry-history",
        "entry-rollback",
        "entry-old-keys",
        "state-rollback",
        "bundle-directory",
        "issued-ahead",
    ),
    "why-receipt": ("receipt-mismatch",),
    "why-statement": ("bundle-statement",),
    "why-limit": ("bundle-limit", "oversize", "too-deep", "conversation-full"),
}
REASON_OTHERWISE: Final = "why-form"
"""What is not listed is a matter of form."""


def reason_of(code: str) -> str:
    """Return the name of the sentence that says what a code means."""
    return next((name for name, codes in REASONS.items() if code in codes), REASON_OTHERWISE)


LANGUAGES: Final = ("ar", "zh-hans", "en", "fr", "ru", "es", "vi")
_CLAIM: Final = re.compile(r"claim-(.+)-[a-z]+")
_IN_SCHEMA: Final = ("description", "title")


def modules() -> dict[str, str]:
    """Return file name -> text of the modules that hold tables."""
    return {
        "added.js": _module("ADDED", ADDED),
        "details.js": _module("DETAILS", DETAILS),
        "moves.js": _module("EDITIONS", [edition.value() for edition in KNOWN]),
        "reasons.js": _module("REASONS", REASONS),
        "schemas.js": _module("SCHEMAS", {name: schema(name) for name in SECTIONS}),
        "words.js": _module("WORDS", {lang: words(lang) for lang in LANGUAGES})
        + _module("CLAIMS", claims()),
    }


def claims() -> list[str]:
    """Return the names of claims in the order of the registry, which the words keep."""
    return list(dict.fromkeys(found[1] for name in words("en") if (found := _CLAIM.match(name))))


def words(lang: str) -> dict[str, Any]:
    """Return the words of the page in a language.

    ``state-…``, ``measure-…``, ``type-…`` and ``land-…`` are those of the law as data: the states
    of a conversation, what is asked, the kinds of message, and the names of States; ``event-…``
    those of the papers: what can happen to an exhibit.
    """
    text = resources.files("comity.verifier").joinpath("words", f"{lang}.json")
    found: dict[str, Any] = json.loads(text.read_text(encoding="utf-8"))
    law = resources.files("comity.instruments").joinpath("data", "words", f"{lang}.toml")
    told = tomllib.loads(law.read_text(encoding="utf-8"))
    paper = resources.files("comity.papers").joinpath("words", f"{lang}.toml")
    printed = tomllib.loads(paper.read_text(encoding="utf-8"))
    return (
        found
        | {f"state-{state}": name for state, name in told["states"].items()}
        | {f"measure-{measure}": name for measure, name in told["measures"].items()}
        | {f"type-{kind}": name for kind, name in told["messages"].items()}
        | {f"event-{event}": name for event, name in printed["event"].items()}
        | {f"land-{state}": names[lang] for state, names in _lands().items()}
    )


@functools.cache
def _lands() -> dict[str, dict[str, str]]:
    """Return the names of States by their code, then by language."""
    text = resources.files("comity.instruments").joinpath("data", "states.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a section's value, without what is only for readers."""
    found: dict[str, Any] = _bare(SECTIONS[name].model_json_schema())
    return found


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {key: _bare(item) for key, item in part.items()}
        if name in ("properties", "$defs")
        else _bare(part)
        for name, part in value.items()
        if name not in _IN_SCHEMA
    }


def _module(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    escaped = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"export const {name} = {escaped};\n"
