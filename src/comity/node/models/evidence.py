"""Evidence: packages, their custody, marks and destruction, and what a court gets."""

from django.db import models


# A sealed package this node sent or is fetching.
class Package(models.Model):
    """The bytes lie in the vault under the root; here is what is known of them."""

    class Stage(models.TextChoices):
        """How far it is."""

        SEALED = "sealed", "sealed here"
        WANTED = "wanted", "offered to us, to be fetched"
        STORED = "stored", "here and verified block by block"
        WAITING = "waiting", "offered to us, waiting for space"
        DESTROYED = "destroyed", "destroyed here, the fact stays"
        FAILED = "failed", "could not be fetched, a person must look"

    root = models.CharField(max_length=71, primary_key=True)
    exhibit = models.CharField(max_length=36, db_index=True)
    conversation = models.CharField(max_length=71, db_index=True)
    offer = models.JSONField()
    offered_in = models.CharField(max_length=71, blank=True)
    """Content digest of the evidence.offered message."""
    handed_in_for = models.CharField(max_length=71, blank=True, db_index=True)
    """Conversation for which it was handed in, where it was then offered in another; else empty."""
    outgoing = models.BooleanField()
    stage = models.CharField(max_length=12, choices=Stage)
    stored_bytes = models.PositiveBigIntegerField(default=0)
    last_fault = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """Lists go by what changed last; the watch asks for those that failed, or wait."""

        indexes = (
            models.Index(fields=("-changed_at", "root"), name="package_changed"),
            models.Index(fields=("stage", "changed_at"), name="package_stage"),
        )


# A package that an officer of this office is handing in, part by part.
class Upload(models.Model):
    """What was promised; the bytes lie in the vault's incoming folder under the identifier."""

    id = models.CharField(max_length=32, primary_key=True)
    """128 random bits, hex; it names the upload and gives no right to it."""
    root = models.CharField(max_length=71)
    conversation = models.CharField(max_length=71)
    offer = models.JSONField()
    size_bytes = models.PositiveBigIntegerField()
    acquired = models.CharField(max_length=2000, blank=True)
    officer = models.CharField(max_length=64)
    """Opaque identifier of who began it; nobody else may go on."""
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    name = models.CharField(max_length=255, blank=True)
    """Of the file, as the browser told it; foreign."""
    fingerprint = models.CharField(max_length=64, blank=True)
    """SHA-256 of name, size and both ends: after a break the same file is chosen again."""


# A sealed package that a carrier brought before the message that offers it.
class StrayPackage(models.Model):
    """Unexplained: its bytes fit its own name, and nobody we know has promised it yet."""

    root = models.CharField(max_length=71, primary_key=True)
    """Computed from the bytes when they came."""
    size_bytes = models.PositiveBigIntegerField()
    came_at = models.DateTimeField()
    carrier = models.CharField(max_length=64, blank=True)
    """What the carrier's file said of its sender; claimed, not proved."""
    vouched = models.CharField(max_length=64, blank=True)
    """Party whose signed offer lay beside it; its message itself has not come."""


# Which bytes of a package of ours a party was given.
class GivenBytes(models.Model):
    """The union of all ranges that one party was given, until it is given them again."""

    root = models.CharField(max_length=71)
    party = models.CharField(max_length=64)
    spans = models.JSONField()
    """Disjoint [start, end) in order, end not included."""
    is_served = models.BooleanField(default=False)
    """Whether the log says of these that the package was served."""
    is_whole = models.BooleanField(default=False)
    """Whether the party confirmed that it has all, or a file with all was made for it."""
    changed_at = models.DateTimeField()

    class Meta:
        """One row for each package and party."""

        constraints = (
            models.UniqueConstraint(fields=("root", "party"), name="given_bytes_package_party"),
        )


# An exhibit: its custody chain event by event, and what this office keeps of it besides.


class CustodyEvent(models.Model):
    """Kept as canonical bytes, counted from 1 without a gap."""

    exhibit = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    event = models.BinaryField()

    class Meta:
        """A number in a chain is taken once."""

        constraints = (
            models.UniqueConstraint(fields=("exhibit", "number"), name="custody_number"),
        )


class Exhibit(models.Model):
    """What the chain does not say: whether it is a copy that stayed, how long it is kept.

    An exhibit without a row has a chain and nothing else.
    """

    exhibit = models.CharField(max_length=36, primary_key=True)
    kept_of = models.CharField(max_length=36, blank=True, db_index=True)
    """Of which exhibit it is the sealed copy that stayed here when that was handed over."""
    root = models.CharField(max_length=71, blank=True)
    """Of such a copy: the package it is."""
    retention_class = models.CharField(max_length=60, blank=True)
    retain_until = models.DateTimeField(null=True, db_index=True)
    destroying = models.JSONField(null=True)
    """Facts of the destruction under way: these are recorded, the bytes go, then the event."""


# What an examiner found inside an exhibit, kept as the canonical bytes the log names.
class InspectionRow(models.Model):
    """Evidence plaintext: names of files and people. It goes with the exhibit's bytes."""

    exhibit = models.CharField(max_length=36)
    digest = models.CharField(max_length=71)
    document = models.BinaryField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        """One document stands once for an exhibit."""

        constraints = (
            models.UniqueConstraint(fields=("exhibit", "digest"), name="inspection_digest"),
        )


# A marker that this office put on an exhibit or an original: what is sensitive in it.


class Mark(models.Model):
    """It stays when it is lifted, with who did it and why; it never leaves the office."""

    class Kind(models.TextChoices):
        """What is marked."""

        EXHIBIT = "exhibit", "exhibit"
        ORIGINAL = "original", "original"

    class Marker(models.TextChoices):
        """What is sensitive in it."""

        VICTIM = "victim-data", "data of victims"
        ABUSE = "abuse-material", "child sexual abuse material"
        MEDIA = "media", "pictures or video"

    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=71)
    """An exhibit's UUIDv7, or the digest text of an original."""
    marker = models.CharField(max_length=16, choices=Marker)
    reason = models.CharField(max_length=1000)
    listed = models.BooleanField(default=False)
    """Set by the list of known digests, before anybody looked."""
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        """A marker stands once on a thing."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject", "marker"),
                condition=models.Q(lifted_at=None),
                name="mark_standing",
            ),
        )


class Viewing(models.Model):
    """Somebody saw something that is marked, or a picture, and said why."""

    id = models.CharField(max_length=32, primary_key=True)
    """128 random bits, hex; for a few minutes the address of a picture, for this person only."""
    kind = models.CharField(max_length=10, choices=Mark.Kind)
    subject = models.CharField(max_length=71, db_index=True)
    step = models.CharField(max_length=12)
    """``details``, ``blurred``, ``clearer`` or ``bytes``."""
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)


# An order to destroy an exhibit that waits for a second officer.
class DestructionOrder(models.Model):
    """What one officer ordered; nothing goes before another one confirms it."""

    class Stage(models.TextChoices):
        """How far it is."""

        OPEN = "open", "waiting for a second officer"
        CONFIRMED = "confirmed", "confirmed, and carried out"
        WITHDRAWN = "withdrawn", "withdrawn"

    exhibit = models.CharField(max_length=36, db_index=True)
    roots = models.JSONField()
    """Of the packages that would go, as the first officer saw them."""
    reason = models.CharField(max_length=2000)
    place = models.CharField(max_length=200, blank=True)
    despite_retention = models.BooleanField()
    officer = models.CharField(max_length=64)
    user = models.CharField(max_length=150)
    at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One order waits for an exhibit at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("exhibit",),
                condition=models.Q(stage="open"),
                name="destruction_order_open",
            ),
        )


# A court bundle that an officer asked for: written by the node, taken out as one file.
class CourtExport(models.Model):
    """The file lies in the node's folder ``exports`` under the identifier, until it expires."""

    class Stage(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting to be written"
        WRITING = "writing", "being written"
        READY = "ready", "ready"
        FAILED = "failed", "could not be written"
        EXPIRED = "expired", "deleted after its time"

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=24, blank=True)
    papers = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=1000)
    officer = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING, db_index=True)
    written_bytes = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    statement = models.CharField(max_length=71, blank=True)
    tell = models.JSONField(default=list)
    """Parties to be told of this use without delay."""
    fault = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True)
