"""What the desk's settings pages change."""

from __future__ import annotations

from guichet.tickets.models import Category, ChecklistTemplate, TicketTemplate, TicketType
from tests.doors.rows import ADMINS, Row


def template() -> TicketTemplate:
    return TicketTemplate.objects.get_or_create(name="Newcomer", defaults={"parts": [{"subject": "Desk"}]})[0]


ROWS: dict[str, list[Row]] = {
    **{f"desk:{name}": [Row(ADMINS)] for name in ("types", "add_type", "categories", "add_category", "severity")},
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": Category.objects.get_or_create(name="Hardware")[0].pk})]
        for name in ("category", "set_category_active")
    },
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": TicketType.objects.get_or_create(name="Order")[0].pk})]
        for name in ("type", "set_type_active")
    },
    **{f"desk:{name}": [Row(ADMINS)] for name in ("checklists", "add_checklist")},
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": ChecklistTemplate.objects.get_or_create(name="New", items=["x"])[0].pk})]
        for name in ("checklist_template", "delete_checklist")
    },
    **{f"desk:{name}": [Row(ADMINS)] for name in ("templates", "add_template")},
    **{f"desk:{name}": [Row(ADMINS, lambda h: {"pk": template().pk})] for name in ("template", "delete_template")},
}  # fmt: skip
