/** A process tree of its own, as in a container: what runs first there is process 1. */

import { readdirSync, readFileSync } from "node:fs";
import type { Sandbox } from "./sandbox.ts";
import { eventually } from "./eventually.ts";

const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

export const hasNamespaces =
  process.platform === "linux" &&
  Bun.which("unshare") !== null &&
  Bun.spawnSync([...UNSHARE, "true"], { stderr: "ignore" }).success;

if (!hasNamespaces) console.warn("skipped: what needs a pid namespace, which cannot be made here");

/** Runs a script of the shell as process 1; `$PROCMAN` is the command, and `$HOLD` takes a pid: see `HOLD`. */
export async function inNamespace(sandbox: Sandbox, script: string): Promise<string> {
  const path = sandbox.write("script.sh", `set -e\n${TAKE_PID}\n${script}`);
  const { code, stdout, stderr } = await sandbox.shell(`exec ${UNSHARE.join(" ")} sh ${path}`);
  if (code !== 0) throw new Error(`the script exited with ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** `take_pid PID COMMAND…` starts a command in the background under a pid that is free. */
const TAKE_PID = `
take_pid() {
  wanted=$1; shift
  for try in $(seq 40); do
    echo $((wanted - 1)) > /proc/sys/kernel/ns_last_pid
    "$@" </dev/null >/dev/null 2>&1 &
    [ $! = "$wanted" ] && return 0
    kill -9 $!
    sleep 0.05 # Waiting for it the shell reaps, as process 1, whoever still has the pid as a zombie.
  done
  echo "cannot get pid $wanted"; exit 1
}
until_gone() { while kill -0 "$1" 2>/dev/null && ! grep -q '^State:.[ZX]' /proc/$1/status; do sleep 0.02; done; }
`;

/** Starts a command as process 1. */
export class Namespace {
  readonly #child: Bun.Subprocess<"ignore", "ignore", "ignore">;
  /** Of process 1, as it is seen from outside. */
  readonly pid: Promise<number>;

  constructor(command: readonly string[], env: Record<string, string>, cwd: string) {
    this.#child = Bun.spawn([...UNSHARE, ...command], {
      cwd,
      env,
      stdio: ["ignore", "ignore", "ignore"],
    });
    this.pid = eventually("process 1", async () => {
      const value = childrenOf(this.#child.pid)[0]?.pid ?? 0;
      return { value, done: value > 0 };
    });
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** Zombies that process 1 has not reaped. */
  async zombies(): Promise<number> {
    return childrenOf(await this.pid).filter(({ isZombie }) => isZombie).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

function childrenOf(parent: number): { pid: number; isZombie: boolean }[] {
  return readdirSync("/proc").flatMap((name) => {
    const [, state, ppid] = /\) (\w) (\d+)/.exec(statOf(name)) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(name), isZombie: state === "Z" }] : [];
  });
}

/** Empty when it is no process, or gone. */
function statOf(name: string): string {
  try {
    return /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, "latin1") : "";
  } catch {
    return "";
  }
}
