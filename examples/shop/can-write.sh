#!/bin/sh
# The ledger can be written: it is there, and the disk has room for a page more. Else it says why not.
set -eu
page="$SHOP_LEDGER.page.$$"
trap 'rm -f "$page"' EXIT
touch "$SHOP_LEDGER"
head -c 4096 /dev/zero >"$page"
