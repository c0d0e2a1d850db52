"""S/MIME and OpenPGP: signing, encrypting, and opening what came sealed (extras `smime` and `pgp`)."""
