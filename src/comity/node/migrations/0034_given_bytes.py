"""Which bytes of a package a party was given is counted, not whether it asked for the last one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table."""

    dependencies = (("node", "0032_erasures"),)
    operations = (
        migrations.CreateModel(
            name="GivenBytes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("root", models.CharField(max_length=71)),
                ("party", models.CharField(max_length=64)),
                ("spans", models.JSONField()),
                ("is_served", models.BooleanField(default=False)),
                ("is_whole", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("root", "party"), name="given_bytes_package_party"
                    )
                ],
            },
        ),
    )
