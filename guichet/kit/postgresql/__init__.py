"""Django's PostgreSQL backend with one difference: a pool that outlives a restart of the server."""
