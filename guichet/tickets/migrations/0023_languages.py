from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("tickets", "0022_promises")]
    operations = [
        migrations.AddIndex(model_name="ticket", index=models.Index(F("language"), name="ticket_language")),
    ]
