"""The board is narrowed by rows with an index, and who waits for a status is a column.

Both are filled from what is stored; before, texts were searched for parts of words.
"""

from typing import Any

from django.db import migrations, models

ACTIVE = ("accepted", "acknowledged", "clarifying", "postponed", "preserved", "submitted")
AT_ONCE = 500


def remember_facets(apps: Any, schema_editor: Any) -> None:
    """Write the topics and the States of each line of the board."""
    del schema_editor
    lines, conversations, facets = (
        apps.get_model('node', name) for name in ('BoardLine', 'Conversation', 'BoardFacet')
    )
    kept = conversations.objects.filter(digest__in=lines.objects.values('conversation'))
    members = dict(kept.values_list('digest', 'members'))
    facets.objects.all().delete()
    facets.objects.bulk_create(
        (
            facets(conversation=digest, facet=one)
            for digest, topics in lines.objects.values_list('conversation', 'topics')
            for one in sorted({
                *(f'topic:{key}' for key in topics.split(',') if key),
                *(f'state:{party.split("/")[0]}' for party in members.get(digest, ())),
            })
        ),
        batch_size=AT_ONCE,
    )


def remember_asked(apps: Any, schema_editor: Any) -> None:
    """Write in which conversations somebody waits to be told where it stands."""
    del schema_editor
    rows = apps.get_model('node', 'Conversation').objects
    asked = [
        digest
        for digest, tracks in rows.filter(main__in=ACTIVE).values_list('digest', 'tracks').iterator()
        if ['status', 'asked'] in tracks.values()
    ]
    for begin in range(0, len(asked), AT_ONCE):
        rows.filter(digest__in=asked[begin:begin + AT_ONCE]).update(status_asked=True)


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0026_round_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardFacet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.CharField(db_index=True, max_length=71)),
                ('facet', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facet', 'conversation'), name='board_facet')],
            },
        ),
        migrations.AddField(
            model_name='conversation',
            name='status_asked',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('status_asked', True)), fields=['digest'], name='conversation_status_asked'),
        ),
        migrations.RunPython(remember_facets, migrations.RunPython.noop),
        migrations.RunPython(remember_asked, migrations.RunPython.noop),
    ]
