"""An exercise that a node in exercise mode holds: its scenario's edition, teams, people, events."""

from django.db import models

from comity.node.models.people import Officer


class ScenarioEdition(models.Model):
    """The files of a scenario as they once were; what is played never changes under the players."""

    edition = models.CharField(max_length=71, primary_key=True)
    """Digest of its files, as `drills.Scenario.digest`."""
    name = models.CharField(max_length=64, db_index=True)
    files = models.JSONField()
    """Path in the folder to text."""
    current = models.BooleanField()
    """Whether the library shows this edition of the name; a played one stays without it."""
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)


class Exercise(models.Model):
    """One scenario, played by teams side by side."""

    class Form(models.TextChoices):
        """Where the teams work."""

        TABLE = "table-top", "at the table: messages are said on the exercise's own page"
        NODES = "nodes", "each team at a node of its own: what it sends there counts here"

    id = models.CharField(max_length=36, primary_key=True)
    edition = models.ForeignKey(ScenarioEdition, on_delete=models.PROTECT)
    form = models.CharField(max_length=9, choices=Form)
    hall = models.CharField(max_length=16, unique=True)
    """Code by which spectators look on."""
    board_shown = models.BooleanField(default=True)
    """Whether players and spectators see points."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    begun_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The list goes by the newest."""

        indexes = (models.Index(fields=("-made_at", "id"), name="exercise_made"),)


class Team(models.Model):
    """One team's run; its events are `TeamEvent` rows and nothing else."""

    id = models.CharField(max_length=36, primary_key=True)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=64)
    code = models.CharField(max_length=16, unique=True)
    """By which its people join."""
    run = models.JSONField(null=True)
    """`drills.Run` without its events; None until the exercise begins."""
    desk = models.JSONField(default=dict)
    """Of a team at a node of its own: where it signs in, and as whom."""

    class Meta:
        """Two teams of one exercise are told apart by their names."""

        constraints = (models.UniqueConstraint(fields=("exercise", "name"), name="team_name_once"),)


class TeamEvent(models.Model):
    """What a player of the team did, or the trainer; never changed."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    value = models.JSONField()
    """As `drills.Event` writes itself."""

    class Meta:
        """Events of a team count from 0 without a gap."""

        constraints = (models.UniqueConstraint(fields=("team", "number"), name="team_event_once"),)


class TeamMember(models.Model):
    """A person who joined a team by its code."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    officer = models.OneToOneField(Officer, on_delete=models.PROTECT)
    name = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    """Key of a role of the scenario."""
    pin = models.CharField(max_length=128)
    """Hash of the number by which the person comes back."""

    class Meta:
        """A name stands once in a team."""

        constraints = (models.UniqueConstraint(fields=("team", "name"), name="team_member_once"),)


class QuizPaper(models.Model):
    """What a person answered in the short test of an exercise: no deed, and without points."""

    class Moment(models.TextChoices):
        """When it was answered."""

        BEFORE = "before", "before the exercise began"
        AFTER = "after", "after its end"

    member = models.ForeignKey(TeamMember, on_delete=models.PROTECT, related_name="papers")
    moment = models.CharField(max_length=6, choices=Moment)
    lang = models.CharField(max_length=16)
    """In which it was asked: short texts are compared in it."""
    answers = models.JSONField()
    """Question, ``COURSE:QUESTION``, to what was chosen or typed; what was left empty is not in."""
    right = models.JSONField()
    """Question to whether the answer was right, by the course as it was then."""
    handed_in_at = models.DateTimeField()

    class Meta:
        """A person has one paper of a moment."""

        constraints = (
            models.UniqueConstraint(fields=("member", "moment"), name="quiz_paper_once"),
        )


class Lesson(models.Model):
    """What a team or its office means to change after an exercise."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="lessons")
    text = models.CharField(max_length=1000)
    owner = models.CharField(max_length=120)
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True, default="")
    withdrawn_why = models.CharField(max_length=1000, blank=True, default="")


class LessonWording(models.Model):
    """What a lesson said until somebody corrected it; never changed."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="wordings")
    text = models.CharField(max_length=1000)
    owner = models.CharField(max_length=120)
    due = models.DateField()
    corrected_at = models.DateTimeField()
    corrected_by = models.CharField(max_length=150)
