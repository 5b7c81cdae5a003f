#!/bin/sh
# Make sure there is a Chromium for the browser tests: Debian's, or the one that CHROMIUM names.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

advice="The browser tests need Chromium. Install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=/path make test"
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "$advice" >&2
    exit 1
fi
echo "Installing Chromium for the browser tests."
export DEBIAN_FRONTEND=noninteractive
{ apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium >/dev/null; } || {
    echo "$advice" >&2
    exit 1
}
