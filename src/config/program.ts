/** Runs a configuration program (`procman.config.ts` or `.js`) in a process of its own and takes what it exports. */

import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatDuration } from "../model/duration.ts";
import { limits } from "../model/limits.ts";
import { formatSize } from "../model/size.ts";
import { programPath } from "../programs.ts";
import type { ProgramRequest, ProgramResult } from "./program-runner.ts";

export interface ProgramOptions {
  readonly file: string;
  readonly profiles: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * What the program prints goes to stderr. The result comes back through a file that has no name any more, so that
 * nothing the program prints can be taken for it and nothing is left behind, however it ends.
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const resultFd = openUnnamed();
  try {
    const request: ProgramRequest = { file: options.file, profiles: options.profiles };
    const child = Bun.spawn(
      [
        process.execPath,
        ...ISOLATED,
        programPath("config/program-runner"),
        JSON.stringify(request),
      ],
      { cwd: dirname(options.file), env: { ...options.env }, stdio: ["ignore", 2, 2, resultFd] },
    );
    const timeoutMs = options.timeoutMs ?? limits.configProgramMs;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    await child.exited;
    clearTimeout(timer);
    const sizeBytes = fstatSync(resultFd).size;
    if (sizeBytes > limits.configFileBytes && !timedOut) {
      const most = formatSize(limits.configFileBytes);
      return failed(`it gave ${formatSize(sizeBytes)}, and at most ${most} are read`);
    }
    const text = contentOf(resultFd);
    if (text !== "" && !timedOut) return resultOf(text);
    if (timedOut) return failed(`it did not end within ${formatDuration(timeoutMs)}`);
    const how = child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
    return failed(`it ended (${how}) without giving a configuration`);
  } finally {
    closeSync(resultFd);
  }
}

/** The project's own bunfig.toml and `.env` are for the project's programs; and nothing is to be installed on the way. */
const ISOLATED = ["--config=/dev/null", "--no-env-file", "--no-install"];

function openUnnamed(): number {
  const directory = mkdtempSync(join(tmpdir(), "procman-config-"));
  try {
    return openSync(join(directory, "result"), "w+", 0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function resultOf(text: string): ProgramResult {
  try {
    return JSON.parse(text) as ProgramResult;
  } catch {
    return failed("it wrote to descriptor 3, which procman needs for itself");
  }
}

/** Read from the start: the position is shared with the child, which left it at the end. */
function contentOf(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  const length = bytes.length === 0 ? 0 : readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString("utf8", 0, length);
}

function failed(message: string): ProgramResult {
  return { ok: false, faults: [{ message, path: [], line: null, column: null }] };
}
