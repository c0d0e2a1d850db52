"""Synthetic years of tickets, made by the database itself: `GUICHET_DATA=… python -m bench.fill 100000`.

Fills up to the number asked for, so that one database can be measured while it grows. Nine tickets in ten are
finished, as in a house that has worked for some years; every ticket has one to nine messages of realistic length
and an event for each thing that happened. The events are quiet: followers pass over them.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django
from django.conf import settings
from django.db import connection, transaction

from guichet import environment
from guichet.kit import cluster, pg

AGENTS, TEAMS, TAGS, BODIES = 20, 5, 40, 6000
DOMAIN = "bench.example"
FIRST_AGENT = f"agent1@{DOMAIN}"
# What people write about, in three languages: {a} is a thing, {b} a place, {c} what it does.
SENTENCES = {
    "en": (
        "The {a} in the {b} {c} since this morning.", "Could you please have a look at the {a} before noon?",
        "Nobody in the {b} knows why the {a} {c}.", "We restarted the {a} twice, and it still {c}.",
        "Please send a new {a} to the {b}.", "Thank you for your answer, but the {a} {c} again.",
        "My colleague says that the {a} works for her.", "The report must leave the house today.",
        "I enclose a picture of the {a}.", "When will somebody come to the {b}?",
    ),
    "fr": (
        "{a} {c} depuis ce matin dans {b}.", "Je vous remercie de votre réponse, mais {a} {c} toujours.",
        "Pourriez-vous vérifier {a} avant midi ?", "Personne dans {b} ne sait pourquoi {a} {c}.",
        "Nous avons redémarré {a} deux fois sans succès.", "Merci de livrer le matériel dans {b}.",
        "Le problème revient chaque fois que nous ouvrons le dossier partagé.", "Vous trouverez ci-joint une photo.",
        "Quand est-ce que quelqu'un passera ?", "La commande a été annulée hier soir.",
    ),
    "de": (
        "{a} {c} seit heute Morgen.", "Leider {c} {a} schon wieder, im {b} weiß niemand warum.",
        "Könnten Sie sich {a} vor Mittag ansehen?", "Wir haben {a} zweimal neu gestartet.",
        "Vielen Dank für Ihre Antwort.", "Bitte liefern Sie das Ersatzteil in den {b}.",
        "Die Verbindung ist seit gestern Abend unterbrochen, das Protokoll meldet nichts Auffälliges.",
        "Der Bericht muss heute aus dem Haus.", "Im Anhang finden Sie ein Bild.", "Wann kommt jemand vorbei?",
    ),
}  # fmt: skip
THINGS = {
    "en": "printer|scanner|laptop|screen|invoice|password|network|mailbox|phone|keyboard|delivery|account",
    "fr": "l'imprimante|le scanner|l'ordinateur|l'écran|la facture|le mot de passe|le réseau|la messagerie|le badge",
    "de": "der Laserdrucker|der Rechner|der Bildschirm|die Rechnung|das Passwort|das Netzwerk|das Postfach",
}
PLACES = {
    "en": "office|warehouse|workshop|reception|basement|library",
    "fr": "le bureau|l'atelier|l'entrepôt|la réception|la salle de réunion|la bibliothèque",
    "de": "Büro|Lager|Empfang|Keller|Besprechungsraum|Werkstattbereich",
}
DOES = {
    "en": "blinks|is broken|makes a noise|shows an error|does not start|has vanished|prints blank pages",
    "fr": "clignote|est en panne|fait du bruit|affiche une erreur|ne démarre plus|a disparu",
    "de": "blinkt|ist defekt|macht Geräusche|zeigt einen Fehler|startet nicht|ist verschwunden",
}
# Beside these, what fills real dictionaries: names of products and places, most of them seldom.
SYLLABLES = "ba|ber|co|dal|en|fer|gan|hil|ig|jo|kur|lam|mon|nar|os|pel|ri|sta|tun|ul|ver|wal|xi|zor"
FIRST_NAMES = "Anna|Bruno|Chloé|Dieter|Emma|François|Greta|Hélène|Ines|Jürgen|Karim|Léa|Marta|Noël|Olga|Paul|Rosa|Sören"
SURNAMES = "Lefèvre|Schmidt|Martin|Müller|Rossi|Jones|Dubois|Weber|Moreau|Fischer|Kowalski|Nguyen|Garnier|Böhm|Taylor"

CLEAN = """
INSERT INTO people_team (name) SELECT 'Bench team ' || n FROM generate_series(1, {teams}) n ON CONFLICT DO NOTHING;
INSERT INTO people_organisation (name) SELECT 'Organisation ' || n FROM generate_series(1, 500) n
    ON CONFLICT DO NOTHING;
INSERT INTO tickets_tag (name) SELECT 'tag ' || n FROM generate_series(1, {tags}) n ON CONFLICT DO NOTHING;
INSERT INTO tickets_inbox (address, name, team_id, channel, language, signature, acknowledge, is_confidential,
                           is_active, plus_addresses, quote_history, settings, created_at, aliases, wording,
                           authserv_id, checks_senders, agents_by_mail, flood_limit)
    SELECT 'inbox' || n || '@{domain}', 'Inbox ' || n, t.id, 'email', 'en', '', false, false, true, true, 'last',
           '', now(), '{{}}', '{{}}', '', false, false, 100
    FROM generate_series(1, {teams}) n JOIN people_team t ON t.name = 'Bench team ' || n ON CONFLICT DO NOTHING;
"""

PEOPLE = """
INSERT INTO people_person (password, name, email, role, is_active, language, time_zone, theme, site, phone, created_at,
                           density, columns, writes_plain, organisation_id)
    SELECT '!', ({first_names})[1 + n % 18] || ' ' || ({surnames})[1 + n / 3 % 15]
                || (ARRAY['', '', '', 'in', 'ner', 'sen', 'ot', 'berg', 'hof'])[1 + n / 45 % 9],
           'customer' || n || '@{domain}', 'customer', true, (ARRAY['en', 'fr', 'de'])[1 + n % 3], '', 'auto',
           'Site ' || n % 40, '', now(), 'comfortable', '{{}}', false, o.id
    FROM generate_series({first}, {last}) n JOIN people_organisation o ON o.name = 'Organisation ' || 1 + n % 500
    ON CONFLICT DO NOTHING;
INSERT INTO people_identity (person_id, kind, value)
    SELECT id, 'mail', email FROM people_person WHERE email LIKE 'customer%@{domain}' ON CONFLICT DO NOTHING;
"""

# One row per ticket, with everything random drawn once: h is a number from 0 to 2^31 made from the ticket's own.
PLAN = """
CREATE TEMP TABLE plan ON COMMIT DROP AS
SELECT n, abs(hashint4(n)) AS h, 1 + abs(hashint4(n + 7)) % 9 AS messages,
       now() - make_interval(secs => ({total} - n + 1) * 94608000.0 / {total}) AS at
FROM generate_series({first}, {last}) n;
CREATE TEMP TABLE agents ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS i, id FROM people_person
    WHERE role = 'agent' AND email LIKE 'agent%@{domain}';
CREATE TEMP TABLE inboxes ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS i, id, team_id, address FROM tickets_inbox
    WHERE address LIKE 'inbox%@{domain}';
CREATE TEMP TABLE customers ON COMMIT DROP AS
    SELECT substring(email FROM 'customer(\\d+)@')::int AS i, id, name, email FROM people_person
    WHERE email LIKE 'customer%@{domain}';
ANALYZE plan; ANALYZE customers;
"""

TICKETS = """
INSERT INTO tickets_ticket (number, subject, requester_id, inbox_id, team_id, assignee_id, status, priority, language,
                            version, preview, created_at, updated_at, last_message_at, waiting_since, next_look_at)
SELECT {base} + p.n, left(b.text, 20 + p.h % 60), c.id, i.id, i.team_id,
       CASE WHEN is_open AND p.h % 3 = 0 THEN NULL ELSE a.id END,
       CASE WHEN is_open THEN (ARRAY['open', 'in_progress', 'pending'])[1 + p.h % 3]
            WHEN p.h % 10 = 0 THEN 'resolved' ELSE 'closed' END,
       CASE WHEN p.h % 100 = 0 THEN 1 WHEN p.h % 10 = 1 THEN 2 WHEN p.h % 10 = 2 THEN 4 ELSE 3 END,
       '', 3 + p.messages, left(b.text, 200), p.at, p.at + interval '2 days',
       p.at + make_interval(hours => p.messages), CASE WHEN is_open AND p.h % 2 = 0 THEN p.at END,
       CASE WHEN is_open THEN now() + interval '1 day' END
FROM (SELECT *, {is_open} AS is_open FROM plan p) p
JOIN customers c ON c.i = 1 + p.h % {customers}
JOIN inboxes i ON i.i = p.h % {teams}
JOIN agents a ON a.i = p.h / 7 % {agents}
JOIN bench_body b ON b.i = p.h % {bodies};
"""

MESSAGES = """
INSERT INTO tickets_message (ticket_id, kind, author_id, from_name, from_address, at, subject, text, reply, html,
                             "to", cc, bcc, message_id, in_reply_to, auto, is_verified, raw, delivery, delivery_note,
                             tries, delivered_at, trust, seals)
SELECT t.id, kind, CASE WHEN kind = 'inbound' THEN c.id ELSE a.id END,
       CASE WHEN kind = 'inbound' THEN c.name ELSE '' END, CASE WHEN kind = 'inbound' THEN c.email ELSE '' END,
       p.at + make_interval(hours => m - 1), t.subject, b.text || rare, b.text || rare,
       CASE WHEN kind = 'inbound' AND (p.h + m) % 2 = 0 THEN b.html ELSE '' END,
       CASE kind WHEN 'outbound' THEN jsonb_build_array(jsonb_build_object('name', c.name, 'address', c.email))
                 WHEN 'inbound' THEN jsonb_build_array(jsonb_build_object('name', '', 'address', i.address))
                 ELSE '[]' END,
       '[]', '[]', CASE WHEN kind = 'note' THEN '' ELSE md5('bench' || p.n || '-' || m) || '@{domain}' END, '', '',
       true, '', CASE WHEN kind = 'outbound' THEN 'sent' ELSE '' END, '', 0,
       CASE WHEN kind = 'outbound' THEN p.at + make_interval(hours => m - 1) END, '{{}}', '[]'
FROM plan p
JOIN tickets_ticket t ON t.number = {base} + p.n
JOIN customers c ON c.id = t.requester_id
JOIN inboxes i ON i.id = t.inbox_id
JOIN agents a ON a.i = p.h / 7 % {agents}
CROSS JOIN LATERAL generate_series(1, p.messages) m
CROSS JOIN LATERAL (SELECT CASE WHEN m % 2 = 1 THEN 'inbound' WHEN (p.h + m) % 5 = 0 THEN 'note' ELSE 'outbound' END
                    AS kind) k
JOIN bench_body b ON b.i = (p.h / 3 + m * 17) % {bodies}
CROSS JOIN LATERAL (SELECT E'\\n\\nRef. ' || upper(left(md5(p.n || '-' || m), 8)) || CASE WHEN (p.n + m) % 4 = 0
    THEN ' ' || translate(left(md5(m || '.' || p.n), 9), '0123456789', 'ghijklmnop') ELSE '' END AS rare) r;
"""

# The functions that write cards keep the plans of a moment when the tables were empty: without this they read all of
# them for each card.
KNOWN = "ANALYZE tickets_ticket; ANALYZE tickets_message; SET LOCAL enable_seqscan = off;"

# The cards of search, which triggers write wherever they are on.
CARDS = """
SELECT count(search_rewrite_all(t.id)) FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n
WHERE NOT EXISTS (SELECT FROM tickets_indexcard c WHERE c.ticket_id = t.id);
INSERT INTO tickets_toindex (message_id) SELECT m.id FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n
JOIN tickets_message m ON m.ticket_id = t.id WHERE current_setting('session_replication_role') = 'replica';
"""

EVENTS = """
INSERT INTO tickets_event (at, ticket_id, kind, version, actor_id, via, message_id, changes, is_quiet)
SELECT m.at, m.ticket_id,
       CASE m.kind WHEN 'note' THEN 'message.noted' WHEN 'outbound' THEN 'message.written'
                   ELSE CASE WHEN m.at = p.at THEN 'ticket.opened' ELSE 'message.received' END END,
       1 + row_number() OVER (PARTITION BY m.ticket_id ORDER BY m.at), m.author_id,
       CASE m.kind WHEN 'inbound' THEN 'email' ELSE 'desk' END, m.id, '{{}}', true
FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n JOIN tickets_message m ON m.ticket_id = t.id;
INSERT INTO tickets_event (at, ticket_id, kind, version, actor_id, via, changes, is_quiet)
SELECT p.at + interval '20 minutes', t.id, 'ticket.assigned', 2, t.assignee_id, 'desk',
       jsonb_build_object('assignee', jsonb_build_array(NULL, t.assignee_id)), true
FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n WHERE t.assignee_id IS NOT NULL
UNION ALL
SELECT p.at + interval '2 days', t.id, 'ticket.status_changed', 3 + p.messages, t.assignee_id, 'desk',
       jsonb_build_object('status', jsonb_build_array('open', t.status)), true
FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n WHERE t.status <> 'open';
"""

REST = """
INSERT INTO tickets_ticket_tags (ticket_id, tag_id)
SELECT t.id, g.id FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n
CROSS JOIN LATERAL generate_series(1, p.h % 3) k
JOIN tickets_tag g ON g.name = 'tag ' || 1 + (p.h / 11 + k * 7) % {tags} ON CONFLICT DO NOTHING;
INSERT INTO tickets_seen (ticket_id, person_id, at)
SELECT t.id, a.id, now() FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n
CROSS JOIN agents a WHERE (p.h + a.i) % 5 = 0;
INSERT INTO tickets_attachment (message_id, name, content_type, size, digest, is_inline, content_id)
SELECT m.id, 'scan-' || m.id || '.pdf', 'application/pdf', 48211, repeat('0', 64), false, ''
FROM plan p JOIN tickets_ticket t ON t.number = {base} + p.n JOIN tickets_message m ON m.ticket_id = t.id
WHERE m.kind = 'inbound' AND m.id % 10 = 0;
SELECT setval('ticket_number', greatest({base} + {last}, (SELECT last_value FROM ticket_number)));
"""


def fill(total: int) -> float:
    """Bring the database to `total` bench tickets (and never fewer than it has); seconds it took."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket t JOIN tickets_inbox i ON i.id = t.inbox_id "
                       "WHERE i.address LIKE %s", [f"inbox%@{DOMAIN}"])  # fmt: skip
        have = cursor.fetchone()[0]
        if have >= total:
            return 0.0
        values = {
            "teams": TEAMS, "tags": TAGS, "domain": DOMAIN, "agents": AGENTS, "bodies": BODIES, "total": total,
            "first": have + 1, "last": total, "base": 1_000_000, "customers": max(1, total // 4),
            "first_names": _array(FIRST_NAMES), "surnames": _array(SURNAMES),
            # A third of a small house's tickets are open, a fiftieth of a large one's.
            "is_open": f"p.h % 1000 < {300 if total <= 2000 else 20}",
        }  # fmt: skip
        with transaction.atomic(), _without_triggers():
            cursor.execute(CLEAN.format(**values))
            _agents(cursor)
            _bodies(cursor)
            cursor.execute(PEOPLE.format(**{**values, "first": 1, "last": values["customers"]}))
            for statement in (PLAN, TICKETS, MESSAGES, EVENTS, REST, KNOWN, CARDS):
                cursor.execute(statement.format(**values))
            cursor.execute("DROP TABLE bench_body")
    _learn()
    with connection.cursor() as cursor:
        # Read by nobody: else the worker would page through all of it before the first real event.
        newest = "SELECT xid, id FROM tickets_event ORDER BY xid DESC, id DESC LIMIT 1"
        cursor.execute("INSERT INTO tickets_cursor (follower, xid, event_id, moved_at) "
                       f"SELECT f, xid, id, now() FROM unnest(%s::text[]) f, ({newest}) e "
                       "ON CONFLICT (follower) DO UPDATE SET (xid, event_id) = (EXCLUDED.xid, EXCLUDED.event_id)",
                       [settings.FOLLOWERS])  # fmt: skip
        cursor.execute("VACUUM ANALYZE")
    return time.monotonic() - started


def _learn() -> None:
    """The words of all messages, as the worker learns them."""
    while import_module("guichet.tickets.search.indexing").learn_words():
        pass


def _array(words: str) -> str:
    return f"string_to_array('{words}', '|')"


@contextmanager
def _without_triggers() -> Iterator[None]:
    """No bell and no key check per row, where the database lets us (the embedded one does)."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
        except django.db.Error:
            print("not a superuser: filling with triggers on takes longer")
        yield


def _agents(cursor: django.db.backends.utils.CursorWrapper) -> None:
    for n in range(1, AGENTS + 1):
        cursor.execute(
            "INSERT INTO people_person (password, name, email, role, is_active, language, time_zone, theme, site,"
            " phone, created_at, density, columns, writes_plain)"
            " VALUES ('!', %s, %s, 'agent', true, 'en', '', 'auto', '', '', now(), 'comfortable', '{}', false)"
            " ON CONFLICT DO NOTHING",
            [f"Agent {n}", f"agent{n}@{DOMAIN}"],
        )
    cursor.execute(
        "INSERT INTO people_membership (person_id, team_id) SELECT p.id, t.id FROM people_person p, people_team t "
        "WHERE p.email LIKE %s AND t.name LIKE 'Bench team %%' AND (p.email = %s OR (p.id + t.id) %% 2 = 0) "
        "ON CONFLICT DO NOTHING",
        [f"agent%@{DOMAIN}", FIRST_AGENT],
    )


def _bodies(cursor: django.db.backends.utils.CursorWrapper) -> None:
    """Texts of 40 to 6,000 characters, half of them below 500, as in real inboxes, each in one of three languages."""
    chance = random.Random(1)
    names = ["".join(chance.choices(SYLLABLES.split("|"), k=chance.randint(2, 4))) for _ in range(20_000)]
    cursor.execute("CREATE TABLE bench_body (i int PRIMARY KEY, text text, html text)")
    with cursor.copy("COPY bench_body (i, text, html) FROM STDIN") as copy:
        for index in range(BODIES):
            language = ("en", "fr", "de")[index % 3]
            length = min(6000, max(40, int(chance.lognormvariate(6.1, 0.9))))
            text = ""
            while len(text) < length:
                text += _sentence(chance, language, names) + ("\n\n" if chance.random() < 0.3 else " ")
            text = text.strip()
            html = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
            copy.write_row((index, text, html))


def _sentence(chance: random.Random, language: str, names: list[str]) -> str:
    """One sentence in three also names something, the later in the list the more seldom."""
    slots = {key: chance.choice(of[language].split("|")) for key, of in (("a", THINGS), ("b", PLACES), ("c", DOES))}
    sentence = chance.choice(SENTENCES[language]).format(**slots)
    sentence = sentence[0].upper() + sentence[1:]
    if chance.random() < 0.33:
        name = names[min(int(chance.paretovariate(0.4)), len(names)) - 1]
        sentence = f"{sentence[:-1].rstrip()} ({name.capitalize()})."
    return sentence


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=1000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    django.setup()
    with cluster.at_hand(environment.DATA, environment.DATABASE_URL, print):
        pg.migrate(print)
        print(f"{options.tickets} tickets in {fill(options.tickets):.1f} s")
    connection.close()


if __name__ == "__main__":
    main()
