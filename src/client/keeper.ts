/** The keeper: the shell that detaches the daemon, waits for it, and starts it again when it dies otherwise than by
 *  being stopped. It costs one idle `sh`. */

/** The daemon found that another one holds the home's lock. */
export const EXIT_LOCKED = 75;

/** Arguments: the daemon's command. Ends with the daemon after a clean stop (0) or when another daemon is there (75).
 *  A daemon that a signal ended is started again for ever; one that fails by itself, five times at most in a row.
 *  The outer shell ends at once, so that the keeper belongs to init and not to the command that started it. */
export const KEEPER_SCRIPT = `
(
  failures=0
  while :; do
    began=$(date +%s)
    "$@" </dev/null
    code=$?
    case $code in 0|${EXIT_LOCKED}) exit 0 ;; esac
    lived=$(( $(date +%s) - began ))
    if [ $code -lt 128 ]; then
      failures=$((failures + 1))
      if [ $lived -ge 60 ]; then failures=1; fi
      if [ $failures -ge 5 ]; then
        echo "[keeper] the daemon failed $failures times in a row, the last time with code $code: giving up"
        exit 1
      fi
      sleep 0.2
    elif [ $lived -lt 1 ]; then
      sleep 0.1
    fi
    echo "[keeper] the daemon ended with code $code and is started again"
  done
) &
exit 0
`;
