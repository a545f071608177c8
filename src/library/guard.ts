/** The guard: ends what a program has started when that program is gone, however it went, SIGKILL included. It is a shell
 *  that reads from a pipe which ends with the program; so the program needs no handlers of signals or of its exit. It is
 *  there while something runs, and costs one idle `sh`. */

/** Arguments: what run ids in environments begin with; from the request to go to SIGKILL, in tenths of a second. Input: `+ PID` and `- PID` of leaders of groups, and `.`
 *  when nothing is left to be guarded. Where environments are hidden (macOS) groups alone are ended. */
const SCRIPT = `
mark="PROCMAN_RUN_ID=$1"
grace=$2
groups=
while read -r sign pid; do
  case $sign in
    .) exit 0 ;;
    +) groups="$groups $pid" ;;
    -)
      kept=
      for group in $groups; do [ "$group" = "$pid" ] || kept="$kept $group"; done
      groups=$kept
      ;;
  esac
done
left() {
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && echo "-$group"; done
  for file in $(grep -lsF "$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    set -- \${stat##*) }
    case " $groups " in *" $3 "*) ;; *) echo "$pid" ;; esac
  done
}
send() {
  for it in $found; do kill -s "$1" -- "$it" 2>/dev/null; done
}
found=$(left)
send TERM
send CONT
tenths=0
while found=$(left); [ -n "$found" ] && [ $tenths -lt $grace ]; do
  tenths=$((tenths + 1))
  sleep 0.1
done
tries=0
while [ -n "$found" ] && [ $tries -lt 10 ]; do
  send KILL
  tries=$((tries + 1))
  sleep 0.1
  found=$(left)
done
`;

export interface GuardOptions {
  /** What the run ids of those that it guards begin with. */
  readonly prefix: string;
  readonly graceMs: number;
  /** The run that the program is part of, whose end is the guard's too; null for one that procman does not run. */
  readonly outerRun: string | null;
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #groups = new Set<number>();
  #shell: Bun.Subprocess<"pipe", "ignore", "ignore"> | null = null;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** To be called before anything is started. */
  begin(): void {
    this.#shell ??= this.#start();
  }

  /** A group, by the pid of its leader. */
  add(group: number): void {
    this.#groups.add(group);
    this.#say(`+ ${group}`);
  }

  /** Nothing of the group is left. */
  remove(group: number): void {
    this.#groups.delete(group);
    this.#say(`- ${group}`);
  }

  /** Nothing is to be guarded. */
  end(): void {
    const shell = this.#shell;
    this.#shell = null;
    if (shell !== null) say(shell, ".");
  }

  /** Null when the system has no room for it: then what runs goes unguarded until the next start. */
  #start(): Bun.Subprocess<"pipe", "ignore", "ignore"> | null {
    const { prefix, outerRun, graceMs } = this.#options;
    const tenths = String(Math.ceil(graceMs / 100));
    try {
      const shell = Bun.spawn(["/bin/sh", "-c", SCRIPT, "procman-guard", prefix, tenths], {
        cwd: "/",
        env: {
          PATH: process.env["PATH"] ?? "/usr/bin:/bin",
          ...(outerRun === null ? {} : { PROCMAN_RUN_ID: outerRun }),
        },
        stdio: ["pipe", "ignore", "ignore"],
        // Ctrl-C on the program's terminal is not meant for it.
        detached: true,
        onExit: () => {
          if (this.#shell !== shell) return;
          this.#shell = null;
          if (this.#groups.size > 0) this.begin();
        },
      });
      shell.unref();
      for (const group of this.#groups) say(shell, `+ ${group}`);
      return shell;
    } catch {
      return null;
    }
  }

  #say(line: string): void {
    if (this.#shell !== null) say(this.#shell, line);
  }
}

function say({ stdin }: Bun.Subprocess<"pipe", "ignore", "ignore">, line: string): void {
  try {
    void stdin.write(`${line}\n`);
    void stdin.flush();
  } catch {
    // It was killed: another one is told anew.
  }
}
