/** A home and a project for one measurement, with the real command line; gone afterwards. */

import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "./program.ts";

/** For what makes thousands of files: ext4 passes over inodes that were freed in the last minutes, one by one, so that
 *  each measurement would slow the next down, and its floor too. */
export function memoryFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

export class Place {
  readonly root: string;
  readonly directory: string;
  readonly home: string;

  constructor(processes: Record<string, unknown>, folder = tmpdir()) {
    this.root = mkdtempSync(join(folder, "procman-bench-"));
    this.directory = join(this.root, "project");
    this.home = join(this.root, "home");
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

  /** Milliseconds that a line of the shell took, in which `$PROCMAN` is the command. */
  shell(line: string): number {
    const began = performance.now();
    const { success } = Bun.spawnSync(["sh", "-c", line], {
      cwd: this.directory,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: this.root,
        PROCMAN_HOME: this.home,
        PROCMAN: `${process.execPath} --config=/dev/null --no-env-file ${MAIN}`,
      },
    });
    if (!success) throw new Error(`failed: ${line}`);
    return performance.now() - began;
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

  /** When events of a type came, in milliseconds, as the daemon's log tells it. */
  timesOf(type: string): number[] {
    const lines = readFileSync(join(this.home, "daemon.log"), "utf8").split("\n");
    return lines.filter((it) => it.includes(type)).map((it) => Date.parse(it.slice(1, 25)));
  }

  /** Of the first; the daemon's log is written a moment after the event. */
  async timeOf(type: string): Promise<number> {
    for (;;) {
      const [first] = this.timesOf(type);
      if (first !== undefined) return first;
      await Bun.sleep(10);
    }
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

/** All but one of a hundred are shorter. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
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
