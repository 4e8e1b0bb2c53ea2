"""Using evidence otherwise than by passing it on: asked for what, and written down.

Whether a use keeps a condition only people can judge. Where a limit of use binds what came from
another State, a program asks for the purpose; a purpose beyond the case it was given for needs the
sender's consent.

Source: ADR 0037; docs/how-to/conditions-of-use.md.
"""

from collections.abc import Iterable
from typing import Final

from comity.canonical import MisuseError
from comity.evidence.limits import EXCULPATORY, GIVEN
from comity.node.evidence.use_limits import Bound

PURPOSES: Final = ("proceedings", "other-proceedings", "exculpatory", "public")
"""In the proceedings for which it was given; the others as section ``use`` has them."""
_ASKS: Final = frozenset({"use-limitation", "other"})
_CONSENT: Final = frozenset({"other-proceedings", "public"})


class UsePurposeError(MisuseError, code="use-purpose"):
    """A use limitation applies to the evidence, and no purpose is given."""


class UseConsentError(MisuseError, code="use-consent"):
    """Evidence is to be used for what its sender has not consented to."""


def check_use(bound: Iterable[Bound], purpose: str) -> tuple[str, ...]:
    """Return the parties that are still to be told of a use, for what came from other States.

    Material that speaks for the accused may be disclosed: with notice first, or else told of
    without delay (UN convention, Article 40(5) and (19)); so it is not stopped.

    Args:
        bound: what binds the evidence.
        purpose: one of `PURPOSES`, or empty where none was said.

    Raises:
        UsePurposeError: a limit of use binds, and no purpose was said; or it is none of the list.
        UseConsentError: the purpose goes beyond the case, and a sender has not consented.
    """
    if purpose and purpose not in PURPOSES:
        raise UsePurposeError(f"a purpose is one of {', '.join(PURPOSES)}")
    came = [one for one in bound if one.came]
    if not purpose:
        for one in came:
            if any(limit.kind in _ASKS for limit in one.found.limits):
                raise UsePurposeError(
                    f"exhibit {one.exhibit} is limited by {', '.join(one.source)}: read its "
                    f"conditions, then say the purpose: {', '.join(PURPOSES)}"
                )
        return ()
    if purpose in _CONSENT:
        for one in came:
            if not _consented(one, purpose):
                raise UseConsentError(
                    f"exhibit {one.exhibit}: {', '.join(one.source)} has not consented to "
                    f"{purpose}; ask by use.consent-asked in conversation {one.conversation}"
                )
    if purpose != EXCULPATORY:
        return ()
    owed = {p for one in came if not one.found.noticed(EXCULPATORY) for p in one.source}
    return tuple(sorted(owed))


def _consented(one: Bound, purpose: str) -> bool:
    """Tell whether the newest answer about a purpose is yes, whoever is to get the evidence."""
    answers = [
        consent.standing
        for consent in one.found.consents
        if consent.purpose == purpose and consent.answer
    ]
    return bool(answers) and answers[-1] == GIVEN
