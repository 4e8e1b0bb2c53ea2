"""People of this office: what they may see, how they come in, and what the office set."""

from datetime import UTC, datetime
from typing import Any, Final, Optional

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

# A person of this office: role at home, and the certificate to approve with.


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


# Who may see a case: whether it is closed, in which compartment it stands, who is assigned.


class Compartment(models.Model):
    """A named group of officers; a case in it is seen by its members alone."""

    name = models.CharField(max_length=60, unique=True)
    members = models.ManyToManyField(Officer, related_name="compartments")


class CaseAccess(models.Model):
    """What was decided for one case; a case without a row is as the office's preset says."""

    class Openness(models.TextChoices):
        """Who of those with a right to read cases may see this one."""

        PRESET = "preset", "as the office's preset says"
        OFFICE = "office", "open to the office"
        RESTRICTED = "restricted", "restricted to the officers assigned"

    case = models.CharField(max_length=40, primary_key=True)
    openness = models.CharField(max_length=10, choices=Openness, default=Openness.PRESET)
    compartment = models.ForeignKey(Compartment, null=True, on_delete=models.PROTECT)


class CaseOfficer(models.Model):
    """An officer is assigned to a case."""

    case = models.CharField(max_length=40)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        """Nobody is assigned twice."""

        constraints = (
            models.UniqueConstraint(fields=("case", "officer"), name="case_officer_once"),
        )


class BrokenGlass(models.Model):
    """An officer outside the circle opened a case, for a reason and for a time."""

    case = models.CharField(max_length=40, db_index=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    reason = models.CharField(max_length=1000)
    """Written for colleagues; it stays in this office and in no log."""
    at = models.DateTimeField()
    until = models.DateTimeField()


class GlassNotice(models.Model):
    """Somebody who has to know of it, and when the person said so."""

    glass = models.ForeignKey(BrokenGlass, on_delete=models.PROTECT)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """One notice a person."""

        constraints = (
            models.UniqueConstraint(fields=("glass", "officer"), name="glass_notice_once"),
        )
        indexes = (models.Index(fields=("officer", "seen_at"), name="glass_unseen"),)


class LeavingStep(models.Model):
    """One line of the checklist of somebody who leaves, done."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    step = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        """A line is done once."""

        constraints = (models.UniqueConstraint(fields=("officer", "step"), name="leaving_once"),)


# What lets a program in on behalf of a person.
class ApiToken(models.Model):
    """The token itself is shown once; only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, hex. A token has 256 random bits, so no slow hash is needed."""
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    """Names of rights. What is not named is not allowed, whatever the person may."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    """None only for tokens made before they had to end."""
    used_at = models.DateTimeField(null=True)


# A session of the pages: whose it is, so that it can be listed and ended.


SIGNED: Final = "signed-in"
"""Where a session keeps when, and by which means, its person signed in."""


class DeskSession(AbstractBaseSession):
    """A browser that is signed in, or is about to be."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    """None until somebody has signed in."""
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=20, blank=True)
    """By which means the person came in: a word of `comity.node.people.signin.sessions`."""
    client = models.CharField(max_length=200, blank=True)
    """What the browser calls itself."""

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store of these rows."""
        return SessionStore


class SessionStore(db.SessionStore):
    """The store that Django's setting ``SESSION_ENGINE`` names."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the model of a row."""
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return a row with what the lists of sessions show."""
        row: Any = super().create_model_instance(data)
        signed = data.get(SIGNED)
        if SESSION_KEY in data and isinstance(signed, dict):
            row.user_id = int(data[SESSION_KEY])
            row.started_at = datetime.fromtimestamp(signed["at"], UTC)
            row.seen_at = datetime.fromtimestamp(signed["seen"], UTC)
            row.way, row.client = signed["way"], signed["client"]
        return row


# Failures to sign in, counted by name and address together, and by address.
class SignInFailure(models.Model):
    """Failures under one name at one address, whether or not somebody has it, or from one."""

    key = models.CharField(max_length=64, primary_key=True)
    """Of name or address only a digest under the node's secret is kept, hex."""
    account = models.CharField(max_length=64, blank=True, db_index=True)
    """Digest of the name, where one was given; an administrator opens it by that."""
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    """When the counting began; after a quarter of an hour it begins anew."""
    locked_until = models.DateTimeField(null=True)


# A setting that the office changes on screen, as opposed to the operator's file.


class OperatorSetting(models.Model):
    """A member of the operator's file as it was at the last start, by a digest under a secret."""

    name = models.CharField(max_length=40, primary_key=True)
    digest = models.CharField(max_length=16)


class OfficeSetting(models.Model):
    """One value that differs from its default, with who set it last."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
