from django.db import migrations, models

# Numbers that stand on people become identities of theirs: whoever calls is found by them.
KNOWN = r"""
INSERT INTO people_identity (person_id, kind, value, shown)
SELECT id, 'phone', CASE WHEN btrim(phone) LIKE '+%' THEN '+' ELSE '' END || regexp_replace(phone, '[^0-9]', '', 'g'), phone
FROM people_person WHERE length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 3
ON CONFLICT DO NOTHING;
UPDATE people_person p SET also = i.value FROM people_identity i WHERE i.person_id = p.id AND i.kind = 'phone';
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_contacts")]
    operations = [
        migrations.AddField("identity", "shown", models.CharField(blank=True, db_default="", default="", max_length=40)),
        migrations.RunSQL(KNOWN, "DELETE FROM people_identity WHERE kind = 'phone'"),
    ]
