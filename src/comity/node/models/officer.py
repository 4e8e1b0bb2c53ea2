"""A person of this office: role at home, and the certificate to approve with."""

from typing import TYPE_CHECKING, Optional

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from comity.node.models.token import ApiToken


class Officer(models.Model):
    """The name stays here; only the opaque identifier travels."""

    class Role(models.TextChoices):
        """What the person does in this office."""

        DUTY = "duty", "duty officer"
        CASE = "case", "case officer"
        APPROVER = "approver", "approver"
        EXAMINER = "examiner", "examiner"
        TRANSLATOR = "translator", "translator"
        AUDITOR = "auditor", "auditor"
        TRAINER = "trainer", "trainer"
        OPERATOR = "operator", "operator"
        TRAINEE = "trainee", "trainee"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    identifier = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=12, choices=Role)
    certificate = models.BinaryField(null=True)
    """JWS by the officer-ca, once it was issued."""
    passkey = models.JSONField(null=True)
    """Credential id, public JWK, origin and RP ID, where a passkey was registered."""
    language = models.CharField(max_length=8, blank=True)
    """In which the person reads the pages; empty: as the browser asks."""
    confirmed_at = models.DateTimeField(null=True)
    """When an administrator last confirmed that the person still needs the account."""

    first_password = models.BooleanField(default=False)
    """Whether the password was made for the person by the node, and seen by somebody else."""

    token: Optional["ApiToken"] = None
    """By which a program came in for this person: then `permissions.may` asks it too. No column."""


class RemovedCertificate(models.Model):
    """Of an officer, or of a key, no certificate counts here that was issued before a moment."""

    name = models.CharField(max_length=64, primary_key=True)
    """Identifier of the officer, or name of the key."""
    officer = models.CharField(max_length=64)
    at = models.DateTimeField()
    """When the certificate was removed."""
