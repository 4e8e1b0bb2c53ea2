"""The office's own settings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("node", "0014_duty"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeSetting",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.CharField(max_length=200)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=150)),
            ],
        ),
    ]
