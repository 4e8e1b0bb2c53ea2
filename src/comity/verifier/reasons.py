"""What a finding's code means to a person: the name of a sentence in every language's words."""

from collections.abc import Mapping
from typing import Final

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
OTHERWISE: Final = "why-form"
"""What is not listed is a matter of form."""


def reason_of(code: str) -> str:
    """Return the name of the sentence that says what a code means."""
    return next((name for name, codes in REASONS.items() if code in codes), OTHERWISE)
