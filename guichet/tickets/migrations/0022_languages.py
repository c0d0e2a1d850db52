from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("tickets", "0021_drafts_of_new_tickets")]
    operations = [
        migrations.AddIndex(model_name="ticket", index=models.Index(F("language"), name="ticket_language")),
    ]
