"""Who works at the demo desk and who writes to it. .example belongs to nobody (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "open the counter"  # noqa: S105 - printed at every start, for a desk on this machine alone
SERVICE, CARE = "it@lumen.example", "support@lumen.example"
GUEST = "e.whitcombe@whitcombe.example"  # a customer who may look at her requests
SERVICE_TEAM, CARE_TEAM = "IT service desk", "Customer care"
CONTRACT = "Whitcombe & Sons Ltd"  # answered sooner than others


@dataclass(frozen=True, slots=True)
class DemoInbox:
    address: str
    name: str
    team: str
    language: str
    signature: str


@dataclass(frozen=True, slots=True)
class DemoAgent:
    address: str
    name: str
    language: str
    teams: tuple[str, ...]
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    address: str
    name: str
    language: str
    organisation: str = ""  # empty with a department: a colleague
    department: str = ""
    site: str = ""
    phone: str = ""


INBOXES = (
    DemoInbox(SERVICE, "Lumen IT service desk", SERVICE_TEAM, "en", "IT service desk · Lumen · extension 400"),
    DemoInbox(CARE, "Lumen customer care", CARE_TEAM, "fr", "Lumen · 14 rue des Verriers, 69002 Lyon"),
)

AGENTS = (
    DemoAgent("ada@lumen.example", "Ada Kessler", "en", (SERVICE_TEAM, CARE_TEAM), is_admin=True),
    DemoAgent("ines@lumen.example", "Inès Caron", "fr", (SERVICE_TEAM,)),
    DemoAgent("jonas@lumen.example", "Jonas Weber", "de", (SERVICE_TEAM,)),
    DemoAgent("claire@lumen.example", "Claire Dubois", "fr", (CARE_TEAM,)),
    DemoAgent("tom@lumen.example", "Tom Hughes", "en", (CARE_TEAM,)),
)

LYON, STUTTGART, LEEDS = "Lyon, head office", "Stuttgart, works", "Leeds, sales office"

CUSTOMERS = (
    # Colleagues, who write to the service desk.
    DemoCustomer("priya.raman@lumen.example", "Priya Raman", "en", "", "Sales", LEEDS, "+44 113 496 0142"),
    DemoCustomer("lucie.perrin@lumen.example", "Lucie Perrin", "fr", "", "Finance", LYON, "+33 4 78 00 01 12"),
    DemoCustomer("juergen.haeussler@lumen.example", "Jürgen Häußler", "de", "", "Quality", STUTTGART),
    DemoCustomer("hannah.cole@lumen.example", "Hannah Cole", "en", "", "Human resources", LEEDS),
    DemoCustomer("karim.benali@lumen.example", "Karim Benali", "fr", "", "Showroom", LYON, "+33 4 78 00 01 40"),
    DemoCustomer("owen.price@lumen.example", "Owen Price", "en", "", "Finance", LEEDS),
    DemoCustomer("solene.legoff@lumen.example", "Solène Le Goff", "fr", "", "Marketing", LYON),
    DemoCustomer("petra.vogel@lumen.example", "Petra Vogel", "de", "", "Purchasing", STUTTGART),
    DemoCustomer("mathieu.roussel@lumen.example", "Mathieu Roussel", "fr", "", "Design", LYON),
    DemoCustomer(
        "sabine.kraemer@lumen.example", "Sabine Krämer", "de", "", "Order processing", STUTTGART, "+49 711 5550 4417"
    ),
    DemoCustomer("yanis.morel@lumen.example", "Yanis Morel", "fr", "", "Warehouse", LYON),
    DemoCustomer("grace.okafor@lumen.example", "Grace Okafor", "en", "", "Sales", LEEDS),
    # Customers, who write to customer care.
    DemoCustomer("e.whitcombe@whitcombe.example", "Eleanor Whitcombe", "en", "Whitcombe & Sons Ltd", "", "York"),
    DemoCustomer("payables@whitcombe.example", "Whitcombe Accounts Payable", "en", "Whitcombe & Sons Ltd", "", "York"),
    DemoCustomer("m.favre@bellerive.example", "Martine Favre", "fr", "Hôtel Bellerive", "Comptabilité", "Genève"),
    DemoCustomer("einkauf@lindner-braeu.example", "Korbinian Lindner", "de", "Brauhaus Lindner GmbH", "", "Bamberg"),
    DemoCustomer("p.garnier@saint-aubin.example", "Philippe Garnier", "fr", "Ville de Saint-Aubin", "Voirie", ""),
    DemoCustomer("buero@oeztuerk-soehne.example", "Aylin Öztürk", "de", "Architekturbüro Öztürk & Söhne", "", "Köln"),
    DemoCustomer("bonjour@cafe-mirabelle.example", "Nora Lefèvre", "fr", "Café Mirabelle", "", "Nancy"),
    DemoCustomer("familie.schroeder@post.example", "Günther Schröder", "de"),
    DemoCustomer("dgallagher@mail.example", "Declan Gallagher", "en"),
    DemoCustomer("ruth.ashworth@mail.example", "Ruth Ashworth", "en"),
    DemoCustomer("amelie.roche@courriel.example", "Amélie Roche", "fr"),
    DemoCustomer("j.thibault@courriel.example", "Jean Thibault", "fr"),
    DemoCustomer("sam@brightside-interiors.example", "Sam Delacroix-Byrne", "en", "Brightside Interiors"),
)


def customer(address: str) -> DemoCustomer | None:
    return next((one for one in CUSTOMERS if one.address == address), None)
