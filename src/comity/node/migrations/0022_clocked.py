"""Cases with a clock carry their facts once more as tokens of the clock: the index is made anew."""

from typing import Any

from django.db import migrations


def make_anew(apps: Any, schema_editor: Any) -> None:
    """Say that the index is not whole; the next start makes it, beside the running node."""
    del schema_editor
    apps.get_model('node', 'SearchState').objects.update(built_at=None)


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0021_lists'),
    ]

    operations = [
        migrations.RunPython(make_anew, migrations.RunPython.noop),
    ]
