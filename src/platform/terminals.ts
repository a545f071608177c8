/** Terminals of runs. The other side of each, which has to stay open for as long as the run, is held by a relay: a shell
 *  and two `cat` that carry what is typed from a pipe to the terminal, and what is shown to the pipe of the run's
 *  output. So a terminal outlives the daemon, and its output takes the way of all other output.
 *
 *  The relay ends by itself: reading from the other side fails once nobody has the terminal open any more. */

import {
  chownSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity, SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { failure } from "./executable.ts";
import { identityOf } from "./identity.ts";
import type { ChildInput } from "./child-input.ts";
import type { Libc } from "./libc.ts";
import { signalPid } from "./signals.ts";
import { lookUpAccount } from "./users.ts";
import type { Watcher } from "./watch.ts";

/** Descriptor 3 is the terminal's other side. A stop of the run must not cut off the last that it has written, so
 *  signals that ask are not heard. A command in the background gets no input but one that is named. */
const RELAY =
  'trap "" HUP INT TERM; exec 4<&0; cat <&4 >&3 2>/dev/null & exec 4<&-; cat <&3; kill -KILL $!';

/** Until somebody who looks says how large it is. */
const COLUMNS = 80;
const ROWS = 24;

/** A relay whose terminal is gone and that does not end has nobody who takes what it carries. */
const RELAY_PATIENCE_MS = 2_000;

interface Terminal {
  readonly path: string;
  readonly relay: ProcessIdentity;
}

export interface RelayedPipes {
  readonly inputFd: number;
  readonly outputFd: number;
}

export class Terminals {
  readonly #directory: string;
  readonly #libc: Libc | null;
  readonly #watcher: Watcher;

  constructor(directory: string, libc: Libc | null, watcher: Watcher) {
    this.#directory = directory;
    this.#libc = libc;
    this.#watcher = watcher;
  }

  open(runId: RunId, launch: Launch, pipes: RelayedPipes): ChildInput | SpawnError {
    const fds: number[] = [];
    try {
      // As posix_openpt does it, and closed in every child that is not given it.
      const otherSide = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY);
      fds.push(otherSide);
      const path = this.#libc?.unlockTerminal(otherSide) ?? null;
      if (path === null) return failure("ENOTTY", "this system gives it no terminal");
      const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
      fds.push(fd);
      const uid = lookUpAccount(launch.user, null)?.uid;
      if (launch.user !== null && uid !== undefined) chownSync(path, uid, -1);
      Bun.spawnSync(stty(COLUMNS, ROWS), { stdio: [fd, "ignore", "ignore"] });
      const relay = this.#startRelay(runId, pipes, otherSide);
      this.#note(runId, { path, relay });
      fds.pop();
      return { stdinFd: fd, terminal: path, close: () => closeSync(fd) };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return failure("ENOTTY", `it cannot be given a terminal: ${cause}`, true);
    } finally {
      for (const fd of fds) closeSync(fd);
    }
  }

  async resize(runId: RunId, columns: number, rows: number): Promise<void> {
    const terminal = this.#find(runId);
    if (terminal === null) return;
    const fd = openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY);
    try {
      await Bun.spawn(stty(columns, rows), { stdio: [fd, "ignore", "ignore"] }).exited;
    } finally {
      closeSync(fd);
    }
  }

  /** Resolves when the relay has carried everything. */
  async end(runId: RunId): Promise<void> {
    const terminal = this.#find(runId);
    if (terminal === null) return;
    const { relay } = terminal;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#watcher.watch(relay, () => resolve());
    // It leads a group, of which its parts are.
    const giveUp = setTimeout(() => signalPid(-relay.pid, "SIGKILL"), RELAY_PATIENCE_MS);
    await gone;
    clearTimeout(giveUp);
    rmSync(this.#file(runId), { force: true });
  }

  #startRelay(
    runId: RunId,
    { inputFd, outputFd }: RelayedPipes,
    otherSide: number,
  ): ProcessIdentity {
    // Its name, for those who look at the processes of the machine.
    const name = ["procman-terminal", join(this.#directory, runId)];
    const { pid } = Bun.spawn(["/bin/sh", "-c", RELAY, ...name], {
      stdio: [inputFd, outputFd, "ignore", otherSide],
      cwd: "/",
      // Without the run's id: it is no part of what a stop ends.
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
      detached: true,
    });
    return identityOf(pid) ?? { pid, startTicks: "" };
  }

  #file(runId: RunId): string {
    return join(this.#directory, `${runId}.tty`);
  }

  #note(runId: RunId, terminal: Terminal): void {
    const file = this.#file(runId);
    writeFileSync(`${file}.new`, JSON.stringify(terminal), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** Null when the run has no terminal. */
  #find(runId: RunId): Terminal | null {
    try {
      return JSON.parse(readFileSync(this.#file(runId), "utf8")) as Terminal;
    } catch {
      return null; // It was renamed into its place whole, so it is not there.
    }
  }
}

/** `stty` spares the difference between platforms; those on the terminal are told with SIGWINCH. */
function stty(columns: number, rows: number): string[] {
  return ["stty", "cols", String(columns), "rows", String(rows)];
}
