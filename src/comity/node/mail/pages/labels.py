"""The words for mail and paper: ways it came by, and what deserves a second look in it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

CHANNEL: Final = {
    "e-mail": _("E-mail"),
    "post": _("Post"),
    "courier": _("Courier"),
    "diplomatic": _("Diplomatic channel"),
    "phone": _("Telephone"),
    "fax": _("Fax"),
    "portal": _("A portal on the web"),
    "in-person": _("Handed over in person"),
    "other": _("Another way"),
}
LETTER: Final = {
    "posted": _("Posted as a letter, arrival not known yet"),
    "arrived": _("The letter arrived"),
    "came-back": _("The letter came back"),
}
MAIL: Final = {
    "received": _("Not written down yet"),
    "transcribed": _("Written down"),
    "set-aside": _("Set aside"),
}
CAUTION: Final = {
    "active-content": _("It holds scripts, forms or actions; none was run."),
    "bad-charset": _("Some letters could not be read; see the original."),
    "bidi-controls": _("Characters in it turn the direction of what stands beside them."),
    "control-characters": _("It holds control characters."),
    "embedded-files": _("Files lie inside it; they are listed as attachments."),
    "encrypted": _("It, or a part of it, cannot be read without a key or a password."),
    "external-reference": _("It fetches something when opened elsewhere; nothing was fetched."),
    "extra-missing": _("A part was not read: a library is not installed."),
    "hidden-characters": _("It holds characters that cannot be seen."),
    "hidden-text": _("Text in it is styled not to be seen; it was read all the same."),
    "html-only": _("The message has no plain text; what is shown was made from its HTML."),
    "letter-broken": _("It claims to hold a signed letter, and does not."),
    "letter-inside": _("It holds a signed letter; check it with comity verify."),
    "look-alikes": _(
        "Letters of another script look like Latin ones; check each name and address."
    ),
    "macro": _("It holds a macro; it was not run. Do not open it in an office program."),
    "malformed": _("It breaks its own format; what is shown may not be all."),
    "name-and-kind-differ": _("The name says another kind of file than the content."),
    "nested-too-deep": _("What lies deeper inside was not read."),
    "no-text": _("No text can be read in it, as in a scan; a person reads it."),
    "not-read": _("Files of this kind are kept and not read."),
    "reader-crash": _("A library died of it; it is kept, and nothing else was harmed."),
    "reader-limit": _("Reading it took more time or memory than allowed; it is kept."),
    "reader-unconfined": _(
        "This system cannot confine a reader; the file is stored, and not read."
    ),
    "repeated-header": _(
        "A header stands in it more often than it may; other programs may show another."
    ),
    "reply-elsewhere": _("An answer would go to another domain than the one it says it is from."),
    "signed-not-checked": _("It carries a signature, which was not checked."),
    "too-many-parts": _("It has more parts than are read."),
    "tracking-image": _("It would tell its sender when it is read; no image was fetched."),
    "truncated": _("Its text is longer than is read; the end is only in the original."),
}
KIND: Final = {
    "docm": _("Word document with macros"),
    "docx": _("Word document"),
    "eml": _("E-mail"),
    "gif": _("Picture"),
    "html": _("Web page"),
    "jpeg": _("Picture"),
    "msg": _("Outlook message"),
    "pdf": _("PDF"),
    "png": _("Picture"),
    "text": _("Text"),
    "tiff": _("Picture"),
}
FIELD: Final = {
    "reference": _("Reference"),
    "requesting.reference": _("Reference"),
    "facts": _("Facts"),
    "offence": _("Offence"),
    "necessity": _("Why it is needed, and why now"),
    "data": _("Which data are meant"),
    "requesting.organization": _("Name of the authority"),
    "requesting.title": _("Title of who is in charge"),
    "requesting.email": _("How to reach them"),
    "identifier": _("Accounts or identifiers"),
}
"""Field of a proposal to what it is on the form it may be taken into."""
