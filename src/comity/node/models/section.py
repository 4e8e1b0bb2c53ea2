"""One section of a message, erasable without touching what was signed."""

from django.db import models


class SectionRow(models.Model):
    """Salt and value; when erased both are gone and the reason stays."""

    record = models.CharField(max_length=71)
    name = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32, null=True)
    value = models.JSONField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)

    class Meta:
        """A message has a section once."""

        constraints = (models.UniqueConstraint(fields=("record", "name"), name="section_name"),)
