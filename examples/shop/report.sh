#!/bin/sh
# Sums up what the workers have shipped, now and then: a program that knows nothing of JavaScript.
set -eu
ledger=${SHOP_LEDGER:?see .env}
every=${REPORT_EVERY_SECONDS:-5}

echo "reporting every $every s on $ledger"
while :; do
  if [ -s "$ledger" ]; then
    awk -F, -v currency="${SHOP_CURRENCY:-EUR}" '
      { count[$2]++; cents += $3 }
      END {
        printf "%d orders, %.2f %s:", NR, cents / 100, currency
        for (name in count) printf " %s x%d", name, count[name]
        print ""
      }' "$ledger"
  else
    echo "nothing shipped yet" >&2
  fi
  sleep "$every"
done
