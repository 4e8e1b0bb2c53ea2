"""Codes of an app by time (TOTP): each counts once.

Source: RFC 6238 section 5.2: a step of 30 s, one step of delay either way, no code a second time.
django-allauth remembers used codes in memory for one step, although a code holds for three; here
the newest step that was used stands with the secret, and an older or equal one is refused.
"""

import time
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction
from django.utils.crypto import constant_time_compare

from comity.node.people.signin.secrets import unseal

STEP_S: Final = 30
DRIFT: Final = 1
DIGITS: Final = 6
USED: Final = "step"


def step_of(secret: str, code: str, *, at_s: float) -> int | None:
    """Return the step whose code this is, or None.

    Args:
        secret: base32, as the app has it.
        code: six digits, perhaps with spaces.
        at_s: seconds since 1970.
    """
    typed = "".join(code.split())
    now = int(at_s) // STEP_S
    if not secret or len(typed) != DIGITS or not typed.isascii():
        return None
    fitting = [
        step
        for step in range(max(0, now - DRIFT), now + DRIFT + 1)
        if constant_time_compare(format_hotp_value(hotp_value(secret, step)), typed)
    ]
    return max(fitting, default=None)


@transaction.atomic
def use(factor: Authenticator, code: str) -> bool:
    """Tell whether a code fits and was not used; from now on it is."""
    row = Authenticator.objects.select_for_update().get(pk=factor.pk)
    step = step_of(unseal(row.data["secret"]), code, at_s=time.time())
    if step is None or step <= row.data.get(USED, 0):
        return False
    row.data[USED] = step
    row.save(update_fields=["data"])
    factor.data = row.data
    return True
