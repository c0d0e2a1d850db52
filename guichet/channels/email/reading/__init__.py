"""Raw bytes of a mail to `Incoming`: headers, bodies, files, automatic mail and bounces. Pure, in a bounded child."""
