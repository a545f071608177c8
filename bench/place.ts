/** A home and a project for one measurement, with the real command line; gone afterwards. */

import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MAIN = resolve(import.meta.dir, "../src/cli/main.ts");

export class Place {
  readonly root = mkdtempSync(join(tmpdir(), "procman-bench-"));
  readonly directory = join(this.root, "project");
  readonly home = join(this.root, "home");

  constructor(processes: Record<string, unknown>) {
    mkdirSync(this.directory);
    const config = JSON.stringify({ name: "bench", processes });
    writeFileSync(join(this.directory, "procman.json"), config);
  }

  /** Starts a command; what it shows goes to a file, if one is named. */
  spawn(args: readonly string[], out: string | null) {
    const argv = [process.execPath, "--config=/dev/null", "--no-env-file", MAIN, ...args];
    const fd = out === null ? null : openSync(out, "w");
    const child = Bun.spawn(argv, {
      cwd: this.directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: this.root, PROCMAN_HOME: this.home },
      stdio: ["ignore", fd ?? "ignore", "pipe"],
    });
    if (fd !== null) closeSync(fd);
    return child;
  }

  /** Milliseconds that the command took, its start included. */
  async run(...args: string[]): Promise<number> {
    return this.show(null, ...args);
  }

  /** The same, with what it shows in a file. */
  async show(out: string | null, ...args: string[]): Promise<number> {
    const began = performance.now();
    const child = this.spawn(args, out);
    const error = await child.stderr.text();
    if ((await child.exited) !== 0) throw new Error(`procman ${args.join(" ")}: ${error}`);
    return performance.now() - began;
  }

  /** One call on the socket, without a command. */
  async call(operation: string, input: unknown): Promise<unknown> {
    const response = await fetch(`http://procman/rpc/${operation}`, {
      unix: join(this.home, "daemon.sock"),
      method: "POST",
      body: JSON.stringify(input),
    });
    return response.json();
  }

  async daemonPid(): Promise<number> {
    return ((await this.call("daemon-status", {})) as { pid: number }).pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("daemon", "stop", "--timeout", "1s", "-q");
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function sleepers(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, nth) => [`p${nth}`, { command: ["sleep", "1000"] }]),
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** User and system time so far, of all its threads, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** In kilobytes. */
export function memoryKb(pid: number, field: "Rss" | "Private_Dirty"): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(rollup)?.[1]);
}
