from django.db import migrations, models
from django.utils import timezone


def ask(apps, schema_editor):
    """Promises that were made before there were rows of them get theirs: in batches, by the job of each minute."""
    if apps.get_model("tickets", "Event").objects.filter(kind="ticket.promised").exists():
        apps.get_model("clocks", "Renewal").objects.create(of="promises", since=timezone.now())


class Migration(migrations.Migration):

    dependencies = [("clocks", "0003_feeds"), ("tickets", "0024_sorting")]

    operations = [
        migrations.AddField(
            "renewal", "of",
            models.CharField(
                choices=[("versions", "Versions"), ("promises", "Promises")],
                db_default="versions", default="versions", max_length=10,
            ),
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
