/** The keeper: the shell that detaches the daemon, waits for it, and starts it again when it dies otherwise than by
 *  being stopped. It costs one idle `sh`. */

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** In the home: the command of the daemon that serves it, a word a line. */
const PROGRAM_FILE = "daemon.program";

/** To be called by a daemon that serves, so that the keeper starts it again and not the one that it has replaced. */
export function tellKeeper(home: string, command: readonly string[]): void {
  const path = join(home, PROGRAM_FILE);
  writeFileSync(`${path}.new`, command.map((word) => `${word}\n`).join(""), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Of a daemon that ends. */
export function forgetProgram(home: string): void {
  rmSync(join(home, PROGRAM_FILE), { force: true });
}

/** The daemon found that another one holds the home's lock. */
export const EXIT_LOCKED = 75;

/** Arguments: the daemon's command, which is also taken where the one that served last has failed. Ends with the daemon after a clean stop (0) or when another daemon is there (75).
 *  A daemon that a signal ended is started again for ever; one that fails by itself, five times at most in a row.
 *  The outer shell ends at once, so that the keeper belongs to init and not to the command that started it. */
export const KEEPER_SCRIPT = `
run_again() {
  set --
  while IFS= read -r word; do set -- "$@" "$word"; done <${PROGRAM_FILE}
  "$@" </dev/null
}
(
  failures=0
  again=
  while :; do
    began=$(date +%s)
    if [ -n "$again" ] && [ -s ${PROGRAM_FILE} ]; then run_again; else "$@" </dev/null; fi
    code=$?
    case $code in 0|${EXIT_LOCKED}) exit 0 ;; esac
    lived=$(( $(date +%s) - began ))
    if [ $code -lt 128 ]; then
      failures=$((failures + 1))
      if [ $lived -ge 60 ]; then failures=1; fi
      if [ -n "$again" ]; then again=; else again=yes; fi
      if [ $failures -ge 5 ]; then
        echo "[keeper] the daemon failed $failures times in a row, the last time with code $code: giving up"
        exit 1
      fi
      sleep 0.2
    else
      again=yes
      if [ $lived -lt 1 ]; then sleep 0.1; fi
    fi
    echo "[keeper] the daemon ended with code $code and is started again"
  done
) &
exit 0
`;
