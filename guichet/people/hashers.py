"""How passwords are hashed: Argon2id with OWASP's second choice of parameters, so that eight sign-ins at once
need 150 MB less than with the library's defaults (64 MiB each) on a machine of 512 MB.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
