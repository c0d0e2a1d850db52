import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0012_own_fields_asked")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="stands_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="stand_ins", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="typed_address",
            field=models.CharField(blank=True, db_default="", default="", max_length=254),
        ),
    ]
