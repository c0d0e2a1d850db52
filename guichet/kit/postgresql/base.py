"""The engine that settings names; Django asks for it under this file's name."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Tests a connection of the pool before it is used.

    psycopg's own test waits longer after each dead one (1, 2, 4 s), so that after a restart of the server a pool of
    some dead ones fails its first requests. One that is dead says that the others are not to be trusted either: all
    are made anew.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None:
            return connection
        try:
            ConnectionPool.check_connection(connection)
        except self.Database.OperationalError:
            pool.putconn(connection)
            pool.drain()
            return super().get_new_connection(conn_params)
        return connection
