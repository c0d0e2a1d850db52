#!/bin/sh
# Chromium and Dovecot for the tests: installed through apt where that may be done without asking, otherwise said.
# With CI=true a tool that is missing in the end is a failure.
set -u
missing=""
have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
have_dovecot() { [ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null; }

have_chromium || missing="chromium"
have_dovecot || missing="$missing dovecot-imapd"
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
fi
if [ -n "$as_root" ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests:" $missing
    # shellcheck disable=SC2086
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

status=0
have_chromium || { echo "No Chromium: the tests in a browser are skipped. Type: sudo apt install chromium"; status=1; }
have_dovecot || { echo "No Dovecot: the IMAP tests are skipped. Type: sudo apt install dovecot-imapd"; status=1; }
[ "${CI:-}" = true ] && exit $status
exit 0
