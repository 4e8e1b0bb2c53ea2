"""What a person reads for the code of an error."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.provided import ERROR_WORDS, provided


def tables() -> tuple[Mapping[str, Any], ...]:
    """Return every table; no code stands in two of them, for they hold on every page."""
    return (FAULT, *provided(ERROR_WORDS))


FAULT: Final = {
    "sign-in-answer": _("The provider let nobody in, or its answer came too late. Begin again."),
    "sign-in-provider": _("The provider of single sign-on does not answer. Take another way in."),
    "sign-in-secret": _("Single sign-on is not set up well on this node. Tell your operator."),
    "sign-in-token": _("The provider's word for who you are does not hold. Tell your operator."),
    "sign-in-unlinked": _(
        "The provider knows you, but no account here is linked to you. Ask your administrator."
    ),
    "statistics-period": _("Figures of this period are not handed out."),
    "search-words": _("Write at least one word, at most twelve, in at most 200 characters."),
    "list-place": _("This place in the list is none that a page gave. Begin the list anew."),
    "font-missing": _("A font that the paper needs is not installed. Call the operator."),
    "partner-unreachable": _("The partner does not answer."),
    "partner-busy": _("The partner's system asked to wait; the message is sent again by then."),
    "over-quota": _("The partner sends more messages than its quota."),
    "partner-refused": _("The partner's system refused it."),
    "restitution-opening": _(
        "What opens its conversation has not arrived. It is entered once that arrives."
    ),
    "code-unknown": _("The partner gave a code that is not known here."),
    "addressee-keyless": _("The directory has no valid key of the partner to seal for."),
    "receipt-unproved": _("The partner's receipt does not fit its log."),
    "logs-disagree": _("The partner's receipt does not fit its log."),
    "receipt-mismatch": _("The receipt is about something else."),
    "approvals-missing": _("Signatures are still missing."),
    "approval-detached": _("This signature was given for another text or another moment."),
    "approval-same-officer": _("This officer has signed already; a second person must."),
    "second-officer": _(
        "A second officer confirms a destruction. Your certificate must be older than the order,"
        " and whoever ordered it must not have set up your account. Ask another officer."
    ),
    "approval-expired": _("The signature, or the officer's certificate, is out of date."),
    "certificate-unfit": _("The officer's certificate does not fit here."),
    "webauthn-invalid": _("The passkey's answer could not be accepted."),
    "draft-stale": _(
        "Something was written since this was drafted, by the other side or by a colleague. Read"
        " it, then decide anew."
    ),
    "draft-closed": _("This draft is closed already."),
    "move-illegal": _("This step is not possible at this stage of the case."),
    "edition-not-shared": _(
        "The partner's system and ours have no edition of the kinds of message in common. Nothing "
        "was sent. Ask the partner and your own administrator for an update, or write on paper."
    ),
    "type-not-shared": _(
        "The partner's system does not know this kind of message yet. Write a note instead, or "
        "propose newer kinds of message once the partner's system has them."
    ),
    "edition-unknown": _(
        "The partner's system does not know the edition of the kinds of message that we used. Send "
        "the message anew once the directory says what it knows."
    ),
    "type-unknown": _("This kind of message is not known in this conversation."),
    "conversation-held": _("One of our earlier messages does not count any more; people decide."),
    "body-malformed": _("A field is missing or not in the form the protocol asks."),
    "addressees": _("Choose the right number of partners."),
    "party-unknown": _("The directory does not know this authority."),
    "custody-fork": _("The other side tells the past of this exhibit otherwise than we know it."),
    "custody-away": _("It was handed over: the next event in its chain is the other side's."),
    "custody-forbidden": _("The chain of custody does not allow this event here."),
    "database-full": _("The disk is full. Free some space, then repeat; nothing was lost."),
    "files-missing": _("Choose both files: the sealed one, and its offer."),
    "no-room": _("It does not fit: make room, or raise the quota. It comes by itself then."),
    "disk-full": _("The disk is full. Make room; it goes on by itself, and nothing is lost."),
    "offer-expired": _("It was offered too long ago. Ask for it to be offered again."),
    "offer-block": _("A block is not the one that was offered. Number of the block"),
    "offer-root": _("It is not the package that was offered."),
    "offer-size": _("It is not as long as the package that was offered."),
    "package-destroyed": _("It was destroyed: its chain of custody ends with that."),
    "package-elsewhere": _(
        "This very package is an exhibit of another conversation: it was offered there, came from"
        " a partner, or waits in a case that is not yours. Make a copy, seal it as an exhibit of"
        " its own, and hand that in."
    ),
    "package-not-failed": _("It was not given up: look again how far it is."),
    "package-stalled": _("Less came than was offered; it goes on by itself."),
    "package-store": _("The store of packages does not answer."),
    "package-store-untrue": _("The store of packages does not give back what it is given."),
    "key-unknown": _("The signature is by a key that the directory does not list."),
    "signature-invalid": _("The signature does not hold."),
    "law-blocked": _(
        "A rule of the treaty stands against it. Mend the request, or have an approver override it."
    ),
    "law-override": _("Give your reasons. The rule must be one that stands against this draft."),
    "onward-blocked": _(
        "This evidence came from another State, which has not consented that it goes on."
        " Ask its consent, or let an approver decide with reasons."
    ),
    "moment-past": _("A date that lies ahead is wanted, and it is past. Correct the dates."),
    "reasons-missing": _("A decision needs reasons."),
    "use-purpose": _("A limit of use binds this evidence. Say what it is to be used for."),
    "use-consent": _("The State that sent this evidence has not consented to that use."),
    "onward-own": _("Somebody else than the author of the draft must let it go on."),
    "onward-reasons": _("Give reasons; only what is stopped can be let go."),
    "law-override-own": _("Somebody else than the author of the draft must override it."),
    "law-folder": _("The folder with this office's law is not there or cannot be read."),
    "law-fact-type": _("One of the answers is not of the kind that is asked for."),
    "case-place": _("This office has no such case."),
    "transcript-illegal": _("It cannot be written down here as it stands: it does not fit."),
    "docket-hand": _("Your role may not do this, or the job is somebody else's."),
    "docket-rule": _("Something named here does not exist, or does not belong here."),
    "docket-malformed": _("A field is missing or not in the form that is needed."),
    "moment-order": _("An end is before its beginning. Correct the dates."),
    "docket-act-illegal": _(
        "This step is not possible as things stand: somebody else may have acted meanwhile."
    ),
    "docket-elsewhere": _("This comes with a paper; enter the paper instead."),
    "docket-case": _("This office has no such case."),
    "call-number": _(
        "Call back only on the number that the directory or our register gives for that authority."
    ),
    "call-unfit": _("Something noted of the call does not exist here, or has not its form."),
    "shift-unfit": _("This shift is somebody else's, or that person cannot take it."),
    "correspondent": _(
        "The authority cannot be entered under this name: the directory lists it, it is "
        "of our own State, or it is entered already."
    ),
    "original-size": _("The file is empty, or larger than 32 MiB."),
    "law-fact-value": _("One of the answers is not among those that may be given."),
    **dict.fromkeys(
        (
            "duplicate-member",
            "jws-malformed",
            "member-malformed",
            "message-malformed",
            "not-canonical",
            "parcel-malformed",
            "too-deep",
            "typ-mismatch",
            "unencodable",
        ),
        _("A field is missing or not in the form the protocol asks."),
    ),
    **dict.fromkeys(
        ("entry-malformed", "state-malformed"),
        _(
            "The record contradicts itself: it was changed, or made by a program that "
            "breaks the rules."
        ),
    ),
    "entry-history": _(
        "The entry leaves out, renames or revives a key of an earlier version. Ask the "
        "State's key holders to revise the entry from the version before."
    ),
    **dict.fromkeys(
        ("entry-double-speak", "state-double-speak"),
        _(
            "Two different records with the same version are both signed by the State. Call "
            "its key holders: one of the two is wrong."
        ),
    ),
    "entry-foreign": _("The entry is signed with the keys of another State."),
    **dict.fromkeys(
        ("entry-rollback", "state-rollback"),
        _("The record is older than the one held here. Ask for the newest one."),
    ),
    "entry-old-keys": _(
        "The entry is signed under a State record that has been replaced. Ask the "
        "State's key holders to sign it under the new one."
    ),
    "threshold-missed": _("Fewer of the State's key holders signed than its own record demands."),
    "state-unknown": _(
        "The record of the State that signed it is missing. Ask for a file with the "
        "State's records and its entries."
    ),
    "state-unpinned": _(
        "The State's first keys are not those that were compared here. Compare them by "
        "telephone before anything is taken in."
    ),
    "state-gap": _(
        "The version of the State's record before this one is missing. Ask for a file "
        "with all versions."
    ),
    "mode-mismatch": _("It belongs to the other mode: live or exercise."),
    "key-use": _("A key was used for something other than its one purpose."),
    "key-in-both-modes": _(
        "One key is listed for live work and for exercises. The State has to make a new "
        "one for one of the two."
    ),
    **dict.fromkeys(
        ("key-expired", "key-not-yet", "key-revoked"),
        _("It was signed by a key that did not hold at that time."),
    ),
    **dict.fromkeys(
        ("issued-ahead", "sent-ahead"),
        _("Its date is more than five minutes ahead of our clock."),
    ),
    **dict.fromkeys(
        ("seal-broken", "section-mismatch"),
        _("It cannot be opened, or is not what its sender signed."),
    ),
    **dict.fromkeys(
        ("package-foreign", "package-not-offered"),
        _("It was not offered to whoever asks for it, or not yet."),
    ),
    "transport-signature": _("The signature does not hold."),
    "receipt-stray": _("The receipt is about something else."),
    "not-for-us": _("It is for somebody else."),
    "oversize": _("It is larger than the protocol allows."),
    "conversation-full": _("This conversation holds as many messages as it may."),
}
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def unknown(code: str) -> str:
    """Return what a person reads for a code that has no words; a partner's own words as they are.

    Args:
        code: of an error, as docs/reference/errors.md lists them.
    """
    if not _CODE.fullmatch(code):
        return code
    return str(_("It failed. Give your operator this code: %(code)s.")) % {"code": code}
