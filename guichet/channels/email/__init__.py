"""E-mail. Here: the doors LMTP, SMTP and pipe, signed addresses, who may be believed, and what the folders share.

`reading/` turns bytes into `Incoming`, `mailbox/` fetches by IMAP, `sending/` writes and sends, `sealing/` is S/MIME
and OpenPGP.
"""
