"""How words come in and go out: the ledger of everything that arrived, intake, outbox, one folder per channel."""
