"""The model field that stores a tree: JSON in the database, dataclasses in Python, checked on the way in and out."""

from __future__ import annotations

from typing import Any as Anything

from django.db import models

from guichet.conditions.tree import EVERYTHING, All, Any, Not, Test, Tree, check_bounds, from_json, to_json


class ConditionColumn(models.JSONField):
    """Which vocabulary a tree may use is for the action that stores it (`FieldSet.check`); its bounds are held here."""

    def __init__(self, *args: Anything, **kwargs: Anything) -> None:
        kwargs.setdefault("default", everything)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Anything, expression: Anything, connection: Anything) -> Tree | None:
        data = super().from_db_value(value, expression, connection)
        return None if data is None else from_json(data)

    def to_python(self, value: Anything) -> Tree | None:
        if value is None or isinstance(value, Test | All | Any | Not):
            return value
        return from_json(super().to_python(value))

    def get_prep_value(self, value: Anything) -> Anything:
        if isinstance(value, Test | All | Any | Not):
            check_bounds(value)
            value = to_json(value)
        return super().get_prep_value(value)

    def get_db_prep_value(self, value: Anything, connection: Anything, prepared: bool = False) -> Anything:
        if isinstance(value, Test | All | Any | Not):
            value = self.get_prep_value(value)
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> Anything:
        return self.get_prep_value(self.value_from_object(obj))


def everything() -> Tree:
    return EVERYTHING
