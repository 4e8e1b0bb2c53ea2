"""Who may see a case: whether it is closed, in which compartment it stands, who is assigned."""

from django.db import models

from comity.node.models.officer import Officer


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
