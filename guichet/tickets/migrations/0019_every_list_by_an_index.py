import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

import guichet.tickets.models.ticket

# The body is bound when it is made (SQL-standard body), so that a restore with an empty search path finds search_fold.
PARTS = r"""
CREATE FUNCTION search_parts(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ARRAY(
    SELECT DISTINCT substr(word, n, 3)
    FROM regexp_split_to_table(search_fold(words), ' ') word, generate_series(1, length(word) - 2) n);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0012_own_fields_asked"),
        ("tickets", "0018_deadlines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(PARTS, "DROP FUNCTION search_parts"),
        migrations.AddField(
            model_name="savedview",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                F("waiting_since"), F("id"), condition=models.Q(waiting_since__isnull=False), name="ticket_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(F("due_at"), F("id"), condition=models.Q(due_at__isnull=False), name="ticket_due"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                F("priority"), F("last_message_at").desc(), F("id").desc(), name="ticket_priority"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                guichet.tickets.models.ticket.Parts(F("subject")),
                gin_pending_list_limit=256,
                name="ticket_subject_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["extra"], gin_pending_list_limit=256, name="ticket_extra"
            ),
        ),
    ]
