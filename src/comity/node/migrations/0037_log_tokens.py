"""Tokens of those who read this node's logs, and room for origins that are addresses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0036_outcome_in_leaf")]

    operations = [
        migrations.CreateModel(
            name="LogToken",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("party", models.CharField(db_index=True, max_length=64)),
                ("kid", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="auditrow", name="subject", field=models.CharField(max_length=200)
        ),
        migrations.AlterField(
            model_name="partnercheckpoint",
            name="origin",
            field=models.CharField(max_length=200, unique=True),
        ),
        migrations.AlterField(
            model_name="witnessedtree",
            name="origin",
            field=models.CharField(max_length=200, primary_key=True, serialize=False),
        ),
    ]
