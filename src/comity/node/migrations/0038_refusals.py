"""What partners refused besides messages, so that it is not asked again and a person sees it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0037_log_tokens")]

    operations = [
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.CharField(
                        choices=[
                            ("poll", "to give what its outbox holds for us"),
                            ("receipt", "to take our receipt for a message that was polled"),
                            ("upload", "to take a package that we bring"),
                            ("witness", "to cosign our log"),
                            ("link", "to prove that its log continues what we know"),
                            ("epochs", "to explain a new epoch of its log"),
                            ("snapshot", "to prove that it logged a snapshot of the directory"),
                            ("recovery", "to give back what a restored node lacks"),
                            ("returned", "nothing: what it gave back could not be entered"),
                        ],
                        max_length=12,
                    ),
                ),
                ("party", models.CharField(max_length=64)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("conversation", models.CharField(blank=True, db_index=True, max_length=71)),
                ("fault", models.CharField(max_length=120)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(
                fields=("job", "party", "subject"), name="refusal_thing"
            ),
        ),
    ]
