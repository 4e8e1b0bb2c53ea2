"""A form that somebody began to fill and did not hand in yet."""

from django.db import models

from comity.node.models.officer import Officer


class UnfinishedForm(models.Model):
    """What stood in the fields when it was last saved; for its writer alone."""

    id = models.CharField(max_length=36, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="unfinished")
    path = models.CharField(max_length=1000)
    """Address of its page on this node, without its own identifier."""
    label = models.CharField(max_length=120)
    """What it makes, ``sort:code``, of which the page of drafts makes words."""
    about = models.JSONField(default=list)
    """What its words come from or go into, ``case:…``, ``item:…``, ``draft:…``; ends with them."""
    fields = models.JSONField(default=dict)
    """Name to values, as a browser sends them."""
    version = models.PositiveIntegerField(default=1)
    """One more with each save."""
    window = models.CharField(max_length=36, blank=True)
    """That saved it last; another one that has not read this version overwrites nothing."""
    saved_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by their writer, the last saved first."""

        indexes = (
            models.Index(fields=("officer", "discarded_at", "saved_at"), name="unfinished_own"),
            models.Index(fields=("saved_at",), name="unfinished_age"),
        )
