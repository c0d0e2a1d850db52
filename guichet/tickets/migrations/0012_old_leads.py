from django.db import migrations


def lead_from_old_events(apps, schema_editor):
    """Tickets that were emptied before there were acts to undo: their last event says where their words went."""
    Event, Ticket, Regrouping = (apps.get_model("tickets", name) for name in ("Event", "Ticket", "Regrouping"))
    left = {}
    for event in Event.objects.filter(kind="message.left", ticket__messages=None).order_by("id").values():
        left[event["ticket_id"]] = (event["changes"]["ticket"][1], event["at"])
    there = set(Ticket.objects.filter(pk__in=[into for into, _at in left.values()]).values_list("pk", flat=True))
    left = {pk: (into, at) for pk, (into, at) in left.items() if into in there}
    for pk, (into, at) in left.items():
        seen, end = {pk}, into
        while end in left and end not in seen:
            seen.add(end)
            end = left[end][0]
        if end not in left:
            Ticket.objects.filter(pk=pk).update(merged_into=end)
            Regrouping.objects.create(kind="lead", ticket_id=pk, into_id=into, at=at)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_regrouping")]
    operations = [migrations.RunPython(lead_from_old_events, migrations.RunPython.noop)]
