"""What stands ready at the demo desk: texts and macros, views, types of requests with their fields, checklists.

Each agent's own things are in their language; what the whole house uses is named in the house's, with texts in three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guichet.demo.cast import CARE_TEAM, CONTRACT, SERVICE_TEAM

ADA, INES, JONAS = "ada@lumen.example", "ines@lumen.example", "jonas@lumen.example"
CLAIRE, TOM = "claire@lumen.example", "tom@lumen.example"


@dataclass(frozen=True, slots=True)
class DemoMacro:
    """Of a `team`, or an agent's `own`; of everybody where neither is named. `texts` by language."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    verbs: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""
    team: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class DemoView:
    name: str
    condition: str
    owner: str
    team: str = ""
    is_for_all: bool = False
    icon: str = "list-filter"
    colour: str = ""


@dataclass(frozen=True, slots=True)
class DemoField:
    """`of` a type of tickets by its name, or of people and organisations."""

    of: str
    label: str
    kind: str = "text"
    choices: Sequence[str] = ()
    is_required: bool = False


MACROS = (
    DemoMacro(
        "I am looking into it",
        {
            "en": "Thank you for your message. I have taken this up and will write to you again as soon as I know "
            "more, tomorrow at the latest.",
            "fr": "Merci pour votre message. Je m'en occupe et vous écris de nouveau dès que j'en sais plus, demain au "
            "plus tard.",
            "de": "Danke für Ihre Nachricht. Ich habe die Sache übernommen und schreibe Ihnen wieder, sobald ich mehr "
            "weiß, spätestens morgen.",
        },
        {"status": "in_progress", "assignee": "me"},
        folder="First answers",
    ),
    DemoMacro(
        "Please send a picture",
        {
            "en": "Could you send us a picture of it? One of the whole and one from close by, with the number on the "
            "label if there is one. A phone is good enough.",
            "fr": "Pourriez-vous nous envoyer une photo ? Une de l'ensemble et une de près, avec le numéro de "
            "l'étiquette s'il y en a un. Un téléphone suffit.",
            "de": "Könnten Sie uns ein Bild davon schicken? Eins vom Ganzen und eins aus der Nähe, mit der Nummer auf "
            "dem Etikett, falls es eins gibt. Ein Telefon genügt.",
        },
        {"status": "pending"},
        folder="First answers",
    ),
    DemoMacro(
        "May we close this?",
        {
            "en": "We have not heard from you for a while and hope that all is well, {customer.first_name}. If "
            "something is still open, just answer this mail. Otherwise we close request {ticket.number} next week.",
            "fr": "Sans nouvelles de votre part, nous espérons que tout va bien, {customer.first_name}. S'il reste "
            "quelque chose, répondez simplement à cet e-mail. Sinon nous fermerons la demande {ticket.number} la "
            "semaine prochaine.",
            "de": "Wir haben länger nichts von Ihnen gehört, {customer.first_name}, und hoffen, dass alles in Ordnung "
            "ist. Ist noch etwas offen, antworten Sie einfach auf diese E-Mail. Sonst schließen wir die Anfrage "
            "{ticket.number} nächste Woche.",
        },
        {"status": "pending"},
        folder="Endings",
    ),
    DemoMacro(
        "Broken lamp: we send a new one",
        {
            "en": "I am sorry that your lamp arrived broken. A new one leaves our works tomorrow, and the carrier "
            "brings a label for the broken one. You need not pack it again as it was: any box will do.",
            "fr": "Je suis désolée que votre lampe soit arrivée cassée. Une neuve part demain de notre atelier, et le "
            "transporteur apporte une étiquette pour l'autre. Inutile de la remballer comme avant : n'importe quel "
            "carton convient.",
            "de": "Es tut mir leid, dass Ihre Leuchte zerbrochen ankam. Eine neue geht morgen ab Werk, und der "
            "Spediteur bringt ein Etikett für die zerbrochene mit. Die alte Verpackung brauchen Sie nicht, jeder "
            "Karton genügt.",
        },
        {"status": "pending", "priority": 2, "add_tags": ["exchange"]},
        folder="Orders",
        team=CARE_TEAM,
    ),
    DemoMacro(
        "Where your order is",
        {
            "en": "Your order was handed to the carrier. From tomorrow morning you can follow it with the number that "
            "the carrier has sent you; deliveries to an upper floor are arranged by telephone.",
            "fr": "Votre commande a été remise au transporteur. Dès demain matin vous pourrez la suivre avec le numéro "
            "qu'il vous a envoyé ; une livraison à l'étage se convient par téléphone.",
            "de": "Ihre Bestellung ist beim Spediteur. Ab morgen früh können Sie sie mit der Nummer verfolgen, die er "
            "Ihnen geschickt hat; Lieferungen in ein Obergeschoss werden telefonisch vereinbart.",
        },
        folder="Orders",
        team=CARE_TEAM,
    ),
    DemoMacro(
        "Password was reset",
        {
            "en": "Your password is reset. Open the portal at the next start, choose a new one of at least fourteen "
            "letters, and write it down nowhere.",
            "fr": "Votre mot de passe est réinitialisé. Au prochain démarrage, ouvrez le portail, choisissez-en un "
            "nouveau d'au moins quatorze lettres, et ne le notez nulle part.",
            "de": "Ihr Passwort ist zurückgesetzt. Öffnen Sie beim nächsten Start das Portal, wählen Sie ein neues aus "
            "mindestens vierzehn Zeichen, und schreiben Sie es nirgends auf.",
        },
        {"status": "resolved", "add_tags": ["account"]},
        folder="Accounts",
        team=SERVICE_TEAM,
    ),
    DemoMacro(
        "Driver 23.80: roll back",
        {},
        {"add_tags": ["driver"], "priority": 2, "note": "Rolled back to 23.70 and the update held, as for the others."},
        folder="Accounts",
        team=SERVICE_TEAM,
    ),
    DemoMacro(
        "Rückruf anbieten", {"de": "Ich rufe Sie gern an. Wann passt es Ihnen, und unter welcher Nummer?"}, own=JONAS
    ),
    DemoMacro(
        "Geste commercial",
        {"fr": "Pour ce désagrément, nous vous offrons les frais de port de votre prochaine commande."},
        {"add_tags": ["geste commercial"]},
        own=CLAIRE,
    ),
    DemoMacro("Passe au bureau", {"fr": "Je passe vous voir cet après-midi, entre 14 h et 16 h."}, own=INES),
    DemoMacro(
        "Thanks for the pictures", {"en": "Thank you for the pictures, they show exactly what we need."}, own=TOM
    ),
)

VIEWS = (
    DemoView(
        "High and critical", "priority:high,critical finished:no", ADA, is_for_all=True, icon="flag", colour="red"
    ),
    DemoView("Security", "(tag:security or tag:phishing)", JONAS, team=SERVICE_TEAM, icon="shield"),
    DemoView("Exchanges and damage", "(tag:damage or tag:reklamation or tag:exchange)", TOM, team=CARE_TEAM),
    DemoView("Werk Stuttgart", "site:Stuttgart finished:no", JONAS),
    DemoView("Devis", "tag:devis", CLAIRE),
    DemoView("Showroom et boutique", "(tag:showroom or tag:webshop)", INES),
    DemoView("Waiting for customers", "status:pending assignee:me", TOM),
)

TYPES = ("Incident", "Equipment order", "Complaint")
FIELDS = (
    DemoField("Incident", "Affected service", "choice", ("VPN", "Mail", "Printing", "SAP", "Webshop", "Other")),
    DemoField("Incident", "Since", "date"),
    DemoField("Equipment order", "Cost centre", "number", is_required=True),
    DemoField("Equipment order", "Needed by", "date"),
    DemoField("Equipment order", "Approved by", "person"),
    DemoField("Complaint", "Order number", is_required=True),
    DemoField("Complaint", "Solution", "choice", ("Exchange", "Repair", "Refund", "Goodwill"), is_required=True),
    DemoField("organisation", "Customer number"),
    DemoField("organisation", "Contract ends", "date"),
)

# Main categories, each with what stands within it; and what some tickets are about, by the beginning of their subject.
CATEGORIES = (
    ("Workplace", ("Laptop", "Monitor", "Printer")),
    ("Network and systems", ("VPN", "SAP", "Webshop", "Servers")),
    ("Accounts and access", ()),
    ("Orders", ("Damage in transit", "Delivery", "Quotes")),
    ("Invoices", ()),
)
SORTED = (
    ("VPN drops", JONAS, "VPN"),
    ("SAP-Schnittstelle", JONAS, "SAP"),
    ("Website: cannot finish", JONAS, "Webshop"),
    ("[PROBLEM] backup-02", ADA, "Servers"),
    ("Imprimante", INES, "Printer"),
    ("Monitor flackert", JONAS, "Monitor"),
    ("New starter", INES, "Workplace"),
    ("Order LU-20417", TOM, "Damage in transit"),
    ("Demande de devis", CLAIRE, "Quotes"),
)

CHECKLISTS = (
    (
        "New starter",
        (
            "Order the laptop",
            "Create accounts and mailbox",
            "Badge and key",
            "Phone extension",
            "First-day tour with the service desk",
        ),
        True,
    ),
    ("Exchange of a lamp", ("Picture of the damage", "Order number checked", "New one ordered", "Label sent"), False),
)

# Organisations that customers of the cast belong to: their number, and what colleagues noted of them.
ORGANISATIONS = (
    (
        "Whitcombe & Sons Ltd",
        "10482",
        "Pays at the end of each month. Invoices go to accounts payable, never to Eleanor.",
    ),
    ("Hôtel Bellerive", "10117", ""),
    ("Brauhaus Lindner GmbH", "10960", "Herr Lindner ruft lieber an; vormittags ist er im Sudhaus."),
)
SHARED = CONTRACT  # its people see one another's requests
