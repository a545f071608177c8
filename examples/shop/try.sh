#!/bin/sh
# Brings everything, starts the shop in the background, waits until it is ready and shows it: the first set-up command.
set -eu
cd "$(dirname "$0")/../.."
. ./.ci/bootstrap.sh

cd examples/shop
say "Starting the shop …"
bunx procman up --detach --wait --timeout 40s
echo
bunx procman ls
echo
bunx procman logs -n 12
cat <<END

The shop is open: http://127.0.0.1:${SHOP_WEB_PORT:-4180}
It goes on without this terminal. In $(pwd):

  bunx procman ls              what runs
  bunx procman logs -f         what it says
  bunx procman restart api     start one anew
  bunx procman down            stop everything
END
case "$(command -v bun)" in
"$bun_home"/*) printf '\nBun is in a place of its own; first:  export PATH="%s:$PATH"\n' "$bun_home/bin" ;;
esac
