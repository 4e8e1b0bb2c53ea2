"""When a second factor is asked for, between the password and the session."""

from typing import Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage

from comity.node.people.signin import sessions

STRONG: Final = "strong"
TEAM_CODE: Final = "team-code"
"""The first step of a trainee, who has nothing but the code of a team and a number."""


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Asks whoever has one, unless a passkey alone or a provider's own proof let the person in."""

    def _should_handle(self, request: object) -> bool:
        if used(self.request, self.login.user, STRONG):
            return False
        return bool(super()._should_handle(self.request))


def used(request: object, user: object, mark: str) -> bool:
    """Tell whether one of the steps of this sign-in bears a mark."""
    return any(record.get(mark) for record in get_authentication_records(request, user))


def way_in(request: object, user: object) -> str:
    """Return by which means a person has just come in, in a word of `sessions`."""
    records = get_authentication_records(request, user)
    methods = {record["method"] for record in records}
    if "socialaccount" in methods:
        return sessions.SINGLE
    if TEAM_CODE in methods:
        return sessions.TEAM
    if any(record.get("passwordless") for record in records):
        return sessions.PASSKEY
    kinds = [record.get("type") for record in records if record["method"] == "mfa"]
    words = {
        "totp": sessions.CODE,
        "webauthn": sessions.KEY,
        "recovery_codes": sessions.RECOVERY,
    }
    return words[str(kinds[-1])] if kinds else sessions.PASSWORD
