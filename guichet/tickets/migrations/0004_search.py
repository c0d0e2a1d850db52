import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


# Folding: what one and the same word looks like however it was typed. `guichet.tickets.search.folding` does the same
# in Python, and a test holds the two together. The separators are named one by one, so that it does not depend on
# the database's locale.
SPELT = [
    ("ß", "ss"), ("ẞ", "ss"), ("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ø", "o"), ("Ø", "o"), ("ł", "l"),
    ("Ł", "l"), ("đ", "d"), ("Đ", "d"), ("ı", "i"), ("ς", "σ"),
]
LOWER = "lower(regexp_replace(normalize(words, NFKD), '[\\u0300-\\u036f]+', '', 'g'))"
for _letter, _spelt in SPELT:
    LOWER = f"replace({LOWER}, '{_letter}', '{_spelt}')"
FOLD = (
    f"CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
    f" RETURN regexp_replace({LOWER},"
    r" '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf×÷\u2000-\u2bff\u3000-\u303f\ufe00-\uff0f"
    r"\U0001f000-\U0001faff]+', ' ', 'g');"
) + r"""
-- The mail that brought them must never fail because its words are too many for an index: then fewer are taken.
CREATE FUNCTION search_vector(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN to_tsvector('pg_catalog.simple', search_fold(left(words, 262144)));
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN to_tsvector('pg_catalog.simple', search_fold(left(words, 20000)));
END $$;

CREATE FUNCTION search_size(words tsvector) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(max(u.positions[array_upper(u.positions, 1)]), 0) FROM unnest(words) u
$$;

-- By what a word is recognised: its stems in three languages (e: f: d:), its spelling without ae, oe, ue (u:), its
-- parts of three letters (t:), itself with one letter missing (x:), and the bones of its sound (p:).
CREATE FUNCTION search_keys(word text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    keys text[] := ARRAY['u:' || replace(replace(replace(word, 'ae', 'a'), 'oe', 'o'), 'ue', 'u')];
    stem text;
    shorter text;
    bones text;
BEGIN
    FOR language IN 1..3 LOOP
        stem := word;
        FOR turn IN 1..3 LOOP  -- folded words keep an ending (ee of é) that only a second turn takes off
            shorter := (ts_lexize((ARRAY['english_stem', 'french_stem', 'german_stem'])[language]::regdictionary, stem))[1];
            EXIT WHEN shorter IS NULL OR shorter = stem OR length(shorter) < 3;
            stem := shorter;
        END LOOP;
        keys := keys || (substr('efd', language, 1) || ':' || stem);
    END LOOP;
    IF length(word) BETWEEN 5 AND 32 THEN
        keys := keys || ARRAY(SELECT DISTINCT 't:' || substr(word, at, 3) FROM generate_series(1, length(word) - 2) at);
    END IF;
    IF length(word) BETWEEN 4 AND 16 THEN
        keys := keys || ('x:' || word) || ARRAY(
            SELECT DISTINCT 'x:' || left(word, at - 1) || substr(word, at + 1) FROM generate_series(1, length(word)) at);
        bones := replace(replace(replace(replace(replace(word, 'ph', 'f'), 'sch', 's'), 'ch', 'k'), 'ck', 'k'), 'qu', 'k');
        bones := left(bones, 1) || translate(substr(bones, 2), 'vbwpcgqzdjyaeiouh', 'ffffkkkst');
        bones := regexp_replace(translate(left(bones, 1), 'vbwpcgqzdjy', 'ffffkkkstii') || substr(bones, 2), '(.)\1+', '\1', 'g');
        keys := keys || ('p:' || bones);
    END IF;
    RETURN keys;
END $$;
"""
CARDS = r"""
CREATE FUNCTION search_head(of_ticket bigint) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(search_vector(t.number || ' ' || t.subject), 'A') || setweight(search_vector(concat_ws(' ',
        p.name, p.email, o.name,
        (SELECT string_agg(i.value, ' ') FROM people_identity i
         WHERE i.person_id = p.id AND i.value IS DISTINCT FROM p.email))), 'B')
    FROM tickets_ticket t JOIN people_person p ON p.id = t.requester_id
    LEFT JOIN people_organisation o ON o.id = p.organisation_id
    WHERE t.id = of_ticket
$$;

CREATE FUNCTION search_said(m tickets_message) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(search_vector(CASE WHEN m.reply = '' THEN m.text ELSE m.reply END), 'B')
        || setweight(search_vector(concat_ws(' ', m.subject, m.from_name, m.from_address,
            (SELECT concat_ws(' ', p.name, o.name) FROM people_person p
             LEFT JOIN people_organisation o ON o.id = p.organisation_id WHERE p.id = m.author_id),
            CASE WHEN m.kind = 'outbound' THEN
                (SELECT string_agg(concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')
                 FROM jsonb_array_elements(m."to" || m.cc) one) END,
            (SELECT string_agg(a.name, ' ') FROM tickets_attachment a WHERE a.message_id = m.id AND NOT a.is_inline)
        )), 'C')
        || CASE WHEN m.reply IN ('', m.text) THEN ''::tsvector
                WHEN starts_with(m.text, m.reply) THEN setweight(search_vector(substr(m.text, length(m.reply) + 1)), 'D')
                ELSE setweight(search_vector(m.text), 'D') END
$$;

CREATE FUNCTION search_message(message bigint) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT search_said(m) FROM tickets_message m WHERE m.id = message
$$;

-- Words that fit nowhere more are left out rather than that a message is refused.
CREATE FUNCTION search_join(words tsvector, more tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN words || more;
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN words;
END $$;

-- Where the card begins on which the words of a message stand: the last one that begins at or before it.
CREATE FUNCTION search_place(of_ticket bigint, message bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT max(c.first) FROM tickets_indexcard c
    WHERE c.ticket_id = of_ticket AND c.attachment_id IS NULL AND c.first <= message
$$;

CREATE FUNCTION search_put(of_ticket bigint, place bigint, said tsvector, how_long int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tickets_indexcard (ticket_id, first, words, size)
    VALUES (of_ticket, place, said, least(how_long, 16383))
    ON CONFLICT (ticket_id, first) WHERE attachment_id IS NULL
    DO UPDATE SET words = excluded.words, size = excluded.size
$$;

CREATE FUNCTION search_append(m tickets_message) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    said tsvector := search_said(m);
    how_long int := search_size(said);
    place bigint := search_place(m.ticket_id, m.id);
    head tsvector;
BEGIN
    UPDATE tickets_indexcard c SET words = search_join(words, said), size = least(size + how_long, 16383)
        WHERE c.ticket_id = m.ticket_id AND c.attachment_id IS NULL AND c.first = place AND c.size + how_long <= 12000;
    IF NOT FOUND THEN
        head := search_head(m.ticket_id);
        PERFORM search_put(m.ticket_id, CASE WHEN place IS NULL THEN 0 ELSE m.id END,
                           search_join(head, said), search_size(head) + how_long);
    END IF;
END $$;

-- Write the card that begins at `place` anew, and those that it becomes where it has grown too long.
CREATE FUNCTION search_rewrite(of_ticket bigint, place bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    until bigint;
    head tsvector;
    words tsvector;
    said tsvector;
    m tickets_message;
    begins bigint := place;
    size int := 0;
    is_empty boolean := true;
BEGIN
    PERFORM FROM tickets_indexcard c WHERE c.ticket_id = of_ticket AND c.attachment_id IS NULL FOR UPDATE;
    head := search_head(of_ticket);
    words := head;
    IF head IS NULL THEN
        RETURN;  -- the ticket itself goes
    END IF;
    SELECT coalesce(min(c.first), 9223372036854775807) INTO until FROM tickets_indexcard c
        WHERE c.ticket_id = of_ticket AND c.attachment_id IS NULL AND c.first > place;
    FOR m IN SELECT * FROM tickets_message x WHERE x.ticket_id = of_ticket AND x.id >= place AND x.id < until
        ORDER BY x.id
    LOOP
        said := search_said(m);
        IF NOT is_empty AND size + search_size(said) > 12000 THEN
            PERFORM search_put(of_ticket, begins, words, size);
            words := head;
            size := 0;
            begins := m.id;
        END IF;
        words := search_join(words, said);
        size := size + search_size(said);
        is_empty := false;
    END LOOP;
    IF is_empty AND place > 0 THEN
        DELETE FROM tickets_indexcard c WHERE c.ticket_id = of_ticket AND c.attachment_id IS NULL AND c.first = place;
    ELSE
        PERFORM search_put(of_ticket, begins, words, size);
    END IF;
END $$;

-- A file's card also holds what is said with it, so that words of both are found together.
CREATE FUNCTION search_rewrite_file(file bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own record;
BEGIN
    DELETE FROM tickets_indexcard WHERE attachment_id = file;
    SELECT m.ticket_id, search_head(m.ticket_id) AS head, search_said(m) AS said,
           setweight(search_vector(t.text), 'D') AS text INTO own
        FROM tickets_filetext t JOIN tickets_attachment a ON a.id = t.attachment_id
        JOIN tickets_message m ON m.id = a.message_id WHERE t.attachment_id = file AND t.text <> '';
    IF FOUND THEN
        INSERT INTO tickets_indexcard (ticket_id, first, attachment_id, words, size) VALUES (own.ticket_id, 0, file,
            search_join(search_join(own.head, own.text), own.said), search_size(own.text));
    END IF;
END $$;

CREATE FUNCTION search_rewrite_all(of_ticket bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tickets_indexcard c WHERE c.ticket_id = of_ticket FOR UPDATE;
    DELETE FROM tickets_indexcard c WHERE c.ticket_id = of_ticket;
    PERFORM search_rewrite(of_ticket, 0);
    PERFORM search_rewrite_file(t.attachment_id) FROM tickets_filetext t
        JOIN tickets_attachment a ON a.id = t.attachment_id JOIN tickets_message m ON m.id = a.message_id
        WHERE m.ticket_id = of_ticket;
END $$;
"""
TRIGGERS = r"""
CREATE FUNCTION search_message_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_append(NEW);
    INSERT INTO tickets_toindex (message_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_comes AFTER INSERT ON tickets_message FOR EACH ROW EXECUTE FUNCTION search_message_comes();

CREATE FUNCTION search_messages_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[];
    one record;
BEGIN
    SELECT array_agg(o.id) INTO changed FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.ticket_id, o.author_id, o.kind, o.subject, o.from_name, o.from_address, o."to", o.cc, o.reply, o.text)
        IS DISTINCT FROM
              (n.ticket_id, n.author_id, n.kind, n.subject, n.from_name, n.from_address, n."to", n.cc, n.reply, n.text);
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    FOR one IN SELECT DISTINCT ticket_id, coalesce(search_place(ticket_id, id), 0) AS place
        FROM (SELECT ticket_id, id FROM old_rows UNION SELECT ticket_id, id FROM new_rows) both_rows
        WHERE id = ANY(changed) ORDER BY ticket_id, place
    LOOP
        PERFORM search_rewrite(one.ticket_id, one.place);
    END LOOP;
    PERFORM search_rewrite_file(a.id) FROM tickets_attachment a JOIN tickets_filetext t ON t.attachment_id = a.id
        WHERE a.message_id = ANY(changed);
    INSERT INTO tickets_toindex (message_id) SELECT unnest(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE ON tickets_message REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_messages_change();

CREATE FUNCTION search_messages_go() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT DISTINCT ticket_id, search_place(ticket_id, id) AS place FROM old_rows ORDER BY ticket_id, place
    LOOP
        IF one.place IS NOT NULL THEN
            PERFORM search_rewrite(one.ticket_id, one.place);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER search_go AFTER DELETE ON tickets_message REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_messages_go();

CREATE FUNCTION search_files_come() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT m.ticket_id, search_place(m.ticket_id, m.id) AS place,
                      setweight(search_vector(string_agg(a.name, ' ')), 'C') AS names
        FROM new_rows a JOIN tickets_message m ON m.id = a.message_id WHERE NOT a.is_inline GROUP BY m.id ORDER BY 1, 2
    LOOP
        UPDATE tickets_indexcard c SET words = search_join(words, one.names)
            WHERE c.ticket_id = one.ticket_id AND c.attachment_id IS NULL AND c.first = one.place;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER search_comes AFTER INSERT ON tickets_attachment REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_files_come();

CREATE FUNCTION search_file_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_rewrite(m.ticket_id, search_place(m.ticket_id, m.id)) FROM tickets_message m
        WHERE m.id = OLD.message_id AND search_place(m.ticket_id, m.id) IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF name, message_id ON tickets_attachment
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION search_file_changes();
CREATE TRIGGER search_go AFTER DELETE ON tickets_attachment FOR EACH ROW EXECUTE FUNCTION search_file_changes();

CREATE FUNCTION search_text_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_rewrite_file(coalesce(NEW.attachment_id, OLD.attachment_id));
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER INSERT OR UPDATE OR DELETE ON tickets_filetext
    FOR EACH ROW EXECUTE FUNCTION search_text_changes();

-- What stands at the head of all cards of a ticket may concern very many of them: the worker writes those anew.
CREATE FUNCTION search_ticket_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_toindex (ticket_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF subject, requester_id ON tickets_ticket FOR EACH ROW
    WHEN ((OLD.subject, OLD.requester_id) IS DISTINCT FROM (NEW.subject, NEW.requester_id))
    EXECUTE FUNCTION search_ticket_changes();

CREATE FUNCTION search_person_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_toindex (ticket_id) SELECT t.id FROM tickets_ticket t WHERE t.requester_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF name, email, organisation_id ON people_person FOR EACH ROW
    WHEN ((OLD.name, OLD.email, OLD.organisation_id) IS DISTINCT FROM (NEW.name, NEW.email, NEW.organisation_id))
    EXECUTE FUNCTION search_person_changes();

CREATE FUNCTION search_identity_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_toindex (ticket_id) SELECT t.id FROM tickets_ticket t
        WHERE t.requester_id IN (OLD.person_id, NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER INSERT OR UPDATE OR DELETE ON people_identity FOR EACH ROW
    EXECUTE FUNCTION search_identity_changes();

CREATE FUNCTION search_organisation_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_toindex (ticket_id) SELECT t.id FROM tickets_ticket t
        JOIN people_person p ON p.id = t.requester_id WHERE p.organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF name ON people_organisation FOR EACH ROW WHEN (OLD.name <> NEW.name)
    EXECUTE FUNCTION search_organisation_changes();
"""
# What there is already is indexed by the worker, the latest first.
BACKLOG = """
INSERT INTO tickets_toindex (ticket_id) SELECT id FROM tickets_ticket ORDER BY last_message_at DESC;
INSERT INTO tickets_toindex (message_id) SELECT id FROM tickets_message ORDER BY id DESC;
"""
AWAY = """
DROP FUNCTION search_message_comes, search_messages_change, search_messages_go, search_files_come, search_file_changes,
    search_text_changes, search_ticket_changes, search_person_changes, search_identity_changes,
    search_organisation_changes CASCADE;
DROP FUNCTION search_rewrite_all, search_rewrite_file, search_rewrite, search_append, search_put,
    search_place, search_join, search_message, search_said, search_head, search_keys, search_size, search_vector, search_fold;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0003_quiet_rings_nobody'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileText',
            fields=[
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text', serialize=False, to='tickets.attachment')),
                ('text', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='IndexCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField(default=0)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('size', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('word', models.TextField(db_collation='C', primary_key=True, serialize=False)),
                ('uses', models.PositiveIntegerField(default=1)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
        ),
        migrations.CreateModel(
            name='ToIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_id', models.BigIntegerField(null=True)),
                ('message_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='attachment',
            name='reading',
            field=models.CharField(choices=[('waiting', 'Will be read soon'), ('read', 'Can be searched'), ('without', 'Has no text'), ('failed', 'Could not be read')], db_default='waiting', default='waiting', max_length=8),
        ),
        migrations.AddField(
            model_name='attachment',
            name='reading_note',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('reading', 'waiting')), fields=['id'], name='attachment_to_read'),
        ),
        migrations.AddField(
            model_name='indexcard',
            name='attachment',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='card', to='tickets.attachment'),
        ),
        migrations.AddField(
            model_name='indexcard',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='tickets.ticket'),
        ),
        migrations.AddIndex(
            model_name='knownword',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='known_word_keys'),
        ),
        migrations.AddIndex(
            model_name='indexcard',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], gin_pending_list_limit=256, name='index_card_words'),
        ),
        migrations.AddConstraint(
            model_name='indexcard',
            constraint=models.UniqueConstraint(models.F('ticket'), models.F('first'), condition=models.Q(('attachment', None)), name='index_card_once'),
        ),
        migrations.RunSQL(FOLD + CARDS + TRIGGERS + BACKLOG, AWAY),
    ]
