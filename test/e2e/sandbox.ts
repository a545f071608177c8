/** A project and a home of its own for one test, with the real command line; everything that it started is gone when
 *  it is disposed of. */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setDefaultTimeout } from "bun:test";
import { eventually } from "./eventually.ts";
import { OnTerminal } from "./on-terminal.ts";
import type { Status } from "../../src/protocol/status.ts";
import type { DaemonStatus, WireEvent } from "../../src/protocol/shapes.ts";

export { eventually };

// Real processes on a busy machine take their time.
setDefaultTimeout(60_000);

const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");
export const FIXTURES = resolve(import.meta.dir, "../fixtures");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Sandbox {
  readonly root: string;
  readonly directory: string;
  readonly home: string;
  readonly #env: Record<string, string>;
  readonly #procman: readonly string[];

  constructor(config: unknown, env: Record<string, string> = {}, main = MAIN) {
    this.#procman = [process.execPath, "--config=/dev/null", "--no-env-file", main];
    this.root = mkdtempSync(join(tmpdir(), "procman-test-"));
    this.directory = join(this.root, "project");
    this.home = join(this.root, "home");
    mkdirSync(this.directory);
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.root,
      PROCMAN_HOME: this.home,
      ...env,
    };
    if (config !== null) this.configure(config);
  }

  /** Writes `procman.json`. */
  configure(config: unknown): void {
    this.write("procman.json", JSON.stringify(config));
  }

  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), "utf8");
  }

  /** Starts a command without waiting for it. */
  spawn(args: readonly string[], env: Record<string, string> = {}) {
    return Bun.spawn([...this.#procman, ...args], {
      cwd: this.directory,
      env: { ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** The same, for one that is to be written to. */
  spawnWithInput(args: readonly string[]) {
    return Bun.spawn([...this.#procman, ...args], {
      cwd: this.directory,
      env: this.#env,
      stdio: ["pipe", "pipe", "pipe"],
    });
  }

  /** Starts a command on a terminal of its own. */
  onTerminal(command: string | readonly string[], env: Record<string, string> = {}): OnTerminal {
    const args = typeof command === "string" ? [command] : command;
    return new OnTerminal([...this.#procman, ...args], {
      cwd: this.directory,
      env: { ...this.#env, TERM: "xterm-256color", ...env },
    });
  }

  /** Starts any other program in the project's directory on a terminal of its own. */
  onTerminalOf(argv: readonly string[], env: Record<string, string>): OnTerminal {
    return new OnTerminal([...argv], { cwd: this.directory, env });
  }

  /** Runs a line of the shell in which `$PROCMAN` is the command. */
  async shell(line: string): Promise<Ran> {
    return this.#ended(this.spawnShell(line));
  }

  /** The same, without waiting for it. */
  spawnShell(line: string) {
    return Bun.spawn(["sh", "-c", line], {
      cwd: this.directory,
      env: { ...this.#env, PROCMAN: this.#procman.join(" ") },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(...args: string[]): Promise<Ran> {
    return this.runWith({}, ...args);
  }

  /** As from another terminal: with more in the environment. */
  async runWith(env: Record<string, string>, ...args: string[]): Promise<Ran> {
    return this.#ended(this.spawn(args, env));
  }

  async #ended(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<Ran> {
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }

  /** Runs a command that has to succeed; its standard output. */
  async ok(...args: string[]): Promise<string> {
    return this.okWith({}, ...args);
  }

  async okWith(env: Record<string, string>, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.runWith(env, ...args);
    if (code !== 0) throw new Error(`procman ${args.join(" ")} exited with ${code}: ${stderr}`);
    return stdout;
  }

  async list(...args: string[]): Promise<Status[]> {
    return JSON.parse(await this.ok("ls", "--json", ...args)) as Status[];
  }

  async status(name: string): Promise<Status> {
    const { found, statuses } = await this.#look(name);
    if (found === undefined) throw new Error(`there is no ${name} in ${JSON.stringify(statuses)}`);
    return found;
  }

  /** The status as soon as it is there and as wanted. */
  async until(name: string, wanted: (status: Status) => boolean): Promise<Status> {
    const { found } = await eventually(`${name} to be as wanted`, async () => {
      const value = await this.#look(name);
      return { value, done: value.found !== undefined && wanted(value.found) };
    });
    if (found === undefined) throw new Error(`${name} was there and is not`);
    return found;
  }

  async #look(name: string) {
    const statuses = await this.list();
    return { found: statuses.find((it) => it.name === name || it.process === name), statuses };
  }

  /** The pid of each process, by its name. */
  async pids(): Promise<Record<string, number | null>> {
    return Object.fromEntries((await this.list()).map(({ name, pid }) => [name, pid]));
  }

  /** The environment that the present run of a process was started with. */
  async environment(name: string): Promise<Record<string, string>> {
    const { pid } = await this.status(name);
    const entries = read(`/proc/${pid}/environ`).split("\0").filter(Boolean);
    return Object.fromEntries(entries.map((it) => it.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >;
  }

  async events(...args: string[]): Promise<WireEvent[]> {
    const text = await this.ok("events", "--json", "--since", "1h", ...args);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as WireEvent);
  }

  async daemon(): Promise<DaemonStatus> {
    return JSON.parse(await this.ok("daemon", "status", "--json")) as DaemonStatus;
  }

  /** Kills the daemon as hard as can be; its keeper lives. */
  async killDaemon(): Promise<number> {
    const { pid } = await this.daemon();
    process.kill(pid, "SIGKILL");
    return pid;
  }

  /** Pids of processes that this sandbox has started, in any way, and that are no zombies. */
  processes(): number[] {
    return allPids().filter((pid) => pid !== process.pid && !isZombie(pid) && this.#owns(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("daemon", "stop", "--timeout", "1s");
    for (const pid of this.processes()) kill(pid);
    await eventually("the sandbox to be empty", async () => {
      const left = this.processes();
      for (const pid of left) kill(pid);
      return { value: null, done: left.length === 0 };
    });
    rmSync(this.root, { recursive: true, force: true });
  }

  #owns(pid: number): boolean {
    return (
      read(`/proc/${pid}/cmdline`).includes(this.root) ||
      read(`/proc/${pid}/environ`).includes(this.root)
    );
  }
}

/** True when the process is there and no zombie. */
export function isAlive(pid: number): boolean {
  return read(`/proc/${pid}/stat`) !== "" && !isZombie(pid);
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** The state is that of the first thread; others may still be there, and field 20 counts them. */
function isZombie(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return /^[ZX]/.test(fields[0] ?? "") && Number(fields[17]) <= 1;
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty when the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
