"""The docket: what this office does at home, entry by entry, and where each thing stands."""

from django.db import models


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
