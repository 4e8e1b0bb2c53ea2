"""Registers go by name: providers are remembered by it, and a list of them has an index."""

from typing import Any

from django.db import migrations, models

MAX_CHARS = 120


def remember_names(apps: Any, schema_editor: Any) -> None:
    """Write the name of each provider where lists look: what its newest entry says of it."""
    del schema_editor
    items, entries = (apps.get_model('node', name) for name in ('DocketItem', 'DocketEntry'))
    for row in items.objects.filter(kind='provider').iterator():
        name = ''
        said = entries.objects.filter(item=row.item).order_by('number').values_list('value', flat=True)
        for value in said:
            if isinstance(value, dict):
                name = str(value.get('name') or '') if 'name' in value else name
        items.objects.filter(item=row.item).update(about=name[:MAX_CHARS])


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0020_api'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='docketitem',
            index=models.Index(fields=['kind', 'state', 'about', 'item'], name='docket_register'),
        ),
        migrations.AddIndex(
            model_name='docketitem',
            index=models.Index(fields=['assigned', 'kind', 'due_at'], name='docket_assigned'),
        ),
        migrations.RunPython(remember_names, migrations.RunPython.noop),
    ]
