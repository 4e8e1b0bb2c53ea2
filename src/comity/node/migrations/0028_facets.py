"""The board is narrowed by rows with an index, and who waits for a status is a column.

Both are filled from what is stored; before, texts were searched for parts of words. Likewise the facts
of cases with a clock, which a narrowed register reads in the order of clocks.
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


def remember_clocks(apps: Any, schema_editor: Any) -> None:
    """Write the facts of cases with a clock, as the words of their documents have them."""
    del schema_editor
    documents, conversations, clocks = (
        apps.get_model('node', name) for name in ('SearchDocument', 'Conversation', 'SearchClock')
    )
    clocks.objects.all().delete()
    due = documents.objects.filter(kind='case', due_at__isnull=False).order_by('pk')
    last = 0
    while some := list(due.filter(pk__gt=last)[:AT_ONCE]):
        facts: dict[str, set[str]] = {row.subject: set() for row in some}
        for row in conversations.objects.filter(case__in=facts):
            told = facts[row.case]
            told.add(f'=w:{row.main}'.lower())
            told.update(f'=p:{party}'.lower() for party in row.members)
            told.update(f'=s:{party.split("/")[0]}'.lower() for party in row.members)
            if row.measure:
                told.add(f'=m:{row.measure}'.lower())
        clocks.objects.bulk_create(
            clocks(facet=fact, due_at=row.due_at, document=row.pk)
            for row in some
            for fact in sorted(facts[row.subject])
        )
        last = some[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0027_quiz_papers'),
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
        migrations.CreateModel(
            name='SearchClock',
            fields=[
                ('pk', models.CompositePrimaryKey('facet', 'due_at', 'document', blank=True, editable=False, primary_key=True, serialize=False)),
                ('facet', models.CharField(max_length=100)),
                ('due_at', models.DateTimeField()),
                ('document', models.BigIntegerField(db_index=True)),
            ],
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
        migrations.RunPython(remember_clocks, migrations.RunPython.noop),
    ]
