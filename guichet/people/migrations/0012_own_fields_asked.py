import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0011_fields_of_tickets")]
    operations = [
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["extra"], gin_pending_list_limit=256, name="person_extra"
            ),
        ),
    ]
