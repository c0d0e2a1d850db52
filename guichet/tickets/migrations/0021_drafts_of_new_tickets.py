from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0020_rules")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="draft",
            name="ticket",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="tickets.ticket"
            ),
        ),
        migrations.AlterField(
            model_name="draft",
            name="panel",
            field=models.CharField(
                choices=[
                    ("reply", "Reply"),
                    ("note", "Internal note"),
                    ("ask", "Third party"),
                    ("new", "New ticket"),
                ],
                max_length=8,
            ),
        ),
    ]
