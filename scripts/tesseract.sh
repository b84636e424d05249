#!/bin/sh
# Makes sure that Tesseract is there for the test that recognises a page, installing it where that is allowed. Says on standard
# error what came of it; the exit status is 0 either way, and the test skips with a reason where there is none.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/apt.sh"

usable() {
    tesseract --list-langs 2>/dev/null | grep -qx eng
}

usable || from_apt tesseract-ocr >&2
usable || echo "no Tesseract with English found and none could be installed; the test that recognises a page is skipped" >&2
exit 0
