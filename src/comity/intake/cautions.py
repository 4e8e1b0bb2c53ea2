"""What deserves a second look in something that came: stable codes, by which pages find words."""

from typing import Final

CAUTIONS: Final = {
    "active-content": "It holds scripts, forms or actions; none was run.",
    "bad-charset": "Some letters could not be decoded and stand as \ufffd; see the original.",
    "bidi-controls": "Characters in it change the direction of the text beside them.",
    "control-characters": "It holds control characters, which stand as \ufffd.",
    "embedded-files": "Files lie inside it; they are told as attachments.",
    "encrypted": "It, or a part of it, cannot be read without a key or a password.",
    "external-reference": "It fetches something when opened elsewhere; nothing was fetched.",
    "extra-missing": "A part was not read: the libraries of comity[intake] are not installed.",
    "hidden-characters": "It holds characters that cannot be seen.",
    "hidden-text": "Text in it is styled not to be seen; it was read all the same.",
    "html-only": "The message has no plain text; what is shown was made from its HTML.",
    "letter-broken": "It holds a letter's record that is none; a letter of ours it is not.",
    "letter-inside": "It holds a letter's record; check it: comity verify FILE.",
    "look-alikes": "Letters of another script look like Latin ones; check each name and address.",
    "macro": "It holds a macro; it was not run. Do not open it in an office program.",
    "malformed": "It breaks its own format; what is told may not be all.",
    "name-and-kind-differ": "The name says another kind of file than the content.",
    "nested-too-deep": "What lies deeper inside was not read.",
    "no-text": "No text can be read in it, as in a scan; a person reads it.",
    "not-read": "Files of this kind are stored and not read.",
    "reader-crash": "A library crashed while reading it; it is stored, all else is unaffected.",
    "reader-limit": "Reading it took more time or memory than allowed; it is stored.",
    "reader-unconfined": "This system cannot confine a reader; the file is stored, and not read.",
    "repeated-header": "A header is repeated against the rules; programs may show another one.",
    "reply-elsewhere": "An answer would go to another domain than the one it says it is from.",
    "signed-not-checked": "It carries a signature, which was not checked.",
    "too-many-parts": "It has more parts than are read.",
    "tracking-image": "It would tell its sender when it is read; no image was fetched.",
    "truncated": "Its text is longer than is read; the end is missing here, not in the original.",
}
"""Code to what it tells an officer, in English."""
