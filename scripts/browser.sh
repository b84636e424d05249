#!/bin/sh
# Prints the path of a Chromium for the browser tests, installing one where that is allowed; prints nothing when there is none.
# $CHROMIUM_PATH names one outright. Progress goes to standard error; the exit status is 0 either way.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/apt.sh"

# On Ubuntu `chromium-browser` may be a stub that only asks for snap, so a candidate has to tell its version.
usable() {
    [ -n "$1" ] && [ -x "$1" ] && timeout 30 "$1" --version >/dev/null 2>&1 && printf '%s\n' "$1" && exit 0
}

on_path() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        usable "$(command -v "$name" 2>/dev/null)"
    done
}

# Playwright keeps its browsers in a folder of its own, so it is asked where.
from_playwright() {
    "$python" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null
}

python=$root/.venv/bin/python
[ -x "$python" ] || python=python3

if [ -n "${CHROMIUM_PATH:-}" ]; then
    usable "$CHROMIUM_PATH"
    echo "CHROMIUM_PATH=$CHROMIUM_PATH is not a program; looking for another one" >&2
fi
on_path
usable "$(from_playwright)"
from_apt chromium >&2 && on_path
"$python" -m playwright install chromium >&2 && usable "$(from_playwright)"
echo "no Chromium found and none could be installed; set CHROMIUM_PATH to one" >&2
exit 0
