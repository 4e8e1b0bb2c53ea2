"""That the node was reached from outside, at the address that partners use, is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0051_conversation_edition'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutsideContact',
            fields=[
                ('party', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=2048)),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
