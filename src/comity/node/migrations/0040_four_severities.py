"""Severities of open and past alarms get their new words."""

from typing import Any

from django.db import migrations, models
from django.db.models import Case, F, Value, When

_WORDS = {"now": "high", "soon": "normal", "note": "low"}


def rename(apps: Any, schema_editor: Any) -> None:
    """Write the new words; what is critical is found anew by the next look."""
    cases = (When(severity=old, then=Value(new)) for old, new in _WORDS.items())
    alarms = apps.get_model("node", "Alarm").objects
    alarms.update(severity=Case(*cases, default=F("severity")))


class Migration(migrations.Migration):
    """Four severities in place of three."""

    dependencies = [("node", "0039_rows_of_their_own")]

    operations = [
        migrations.AlterField("alarm", "severity", models.CharField(default="high", max_length=8)),
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
