#!/bin/sh
# Makes sure that Tesseract is there for the test that recognises a page, installing it where that is allowed. Says on standard
# error what came of it; the exit status is 0 either way, and the test skips with a reason where there is none.
set -u

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

from_apt() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null || return 1
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tesseract-ocr
}

usable() {
    tesseract --list-langs 2>/dev/null | grep -qx eng
}

usable || from_apt >&2
usable || echo "no Tesseract with English found and none could be installed; the test that recognises a page is skipped" >&2
exit 0
