"""The docket, and what was taken over into it."""

from django.db import models

# The docket: what this office does at home, entry by entry, and where each thing stands.


class DocketItem(models.Model):
    """One thing; its entries are the truth, what stands here is remembered from them."""

    item = models.CharField(max_length=36, primary_key=True)
    kind = models.CharField(max_length=16)
    case = models.CharField(max_length=40, blank=True, db_index=True)
    conversation = models.CharField(max_length=71, blank=True, db_index=True)
    about = models.CharField(max_length=120, blank=True, db_index=True)
    """What it is looked up by: a party, a digest, another item."""
    state = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True)
    """When its clock falls due, while it is open."""
    assigned = models.CharField(max_length=64, blank=True)
    """Identifier of the officer for whom it is, where it is for one alone."""
    changed_at = models.DateTimeField()

    class Meta:
        """Lists ask for a kind in some states; histories for a kind, by beginning or end."""

        indexes = (
            models.Index(fields=("kind", "state", "due_at"), name="docket_state"),
            models.Index(fields=("kind", "item"), name="docket_kind"),
            models.Index(fields=("kind", "changed_at", "item"), name="docket_changed"),
            models.Index(fields=("kind", "state", "about", "item"), name="docket_register"),
            models.Index(fields=("assigned", "kind", "due_at"), name="docket_assigned"),
            models.Index(
                fields=("kind", "changed_at", "item"),
                name="docket_of_none",
                condition=models.Q(case=""),
            ),
            models.Index(
                "due_at",
                models.F("changed_at").desc(),
                "item",
                name="docket_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                models.F("changed_at").desc(),
                "item",
                name="docket_rest",
                condition=models.Q(due_at__isnull=True),
            ),
        )


class DocketEntry(models.Model):
    """One act, as its canonical bytes; what it says stands beside it and can be erased."""

    item = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=40)
    digest = models.CharField(max_length=71, unique=True)
    entry = models.BinaryField()
    salt = models.BinaryField(max_length=32, null=True)
    value = models.JSONField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)
    conversation = models.CharField(max_length=71, blank=True, db_index=True)
    """Of a transcript: where it belongs."""
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    epoch = models.PositiveIntegerField()
    index = models.PositiveBigIntegerField()

    class Meta:
        """A number in an item is taken once."""

        constraints = (models.UniqueConstraint(fields=("item", "number"), name="docket_number"),)


# An original that came by mail or on paper, kept whole.
class Original(models.Model):
    """The bytes under their SHA-256; they stay in this office, and go with a backup."""

    digest = models.CharField(max_length=71, primary_key=True)
    """``sha256:`` and the digest of the bytes, as `sha256sum` prints it."""
    name = models.CharField(max_length=255)
    """As it came; foreign."""
    size_bytes = models.PositiveBigIntegerField()
    data = models.BinaryField()
    reading = models.JSONField(null=True)
    """What a program read in it; claimed by whoever wrote it."""
    came_at = models.DateTimeField()
    by = models.CharField(max_length=150)


# A row of an office's own register that was taken over, so that it is taken over once.
class ImportedRow(models.Model):
    """One row of one file; the file is known by the digest of its bytes."""

    source = models.CharField(max_length=71)
    place = models.CharField(max_length=200)
    """Number of the row and name of the sheet."""

    class Meta:
        """A row of a file is taken over once."""

        constraints = (models.UniqueConstraint(fields=("source", "place"), name="imported_row"),)
