/** The process in which a configuration program runs: imports it, calls it if it is a function, sends back plain data. */

import { writeSync } from "node:fs";
import { plugin } from "bun";
import { limits } from "../model/limits.ts";
import { programPath } from "../programs.ts";

export interface ProgramRequest {
  readonly file: string;
  readonly profiles: readonly string[];
}

export type ProgramResult =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export interface Fault {
  readonly message: string;
  /** Of the key, where the fault is in what was exported. */
  readonly path: readonly string[];
  /** Both from 1; the column is only known of what is no program at all. */
  readonly line: number | null;
  readonly column: number | null;
}

const RESULT_FD = 3;

if (import.meta.main) {
  const request = JSON.parse(process.argv[2] ?? "{}") as ProgramRequest;
  provideProcman();
  for (const kind of ["uncaughtException", "unhandledRejection"]) {
    process.on(kind, (error) => answer({ ok: false, faults: faultsOf(error, request.file) }));
  }
  // Not awaited: a promise that nothing will ever settle then ends the process instead of keeping it.
  void run(request).then(answer);
}

/** `import … from "procman"` is the procman that runs, whichever is or is not installed beside the configuration. */
function provideProcman(): void {
  const library = programPath("index");
  plugin({
    name: "procman",
    setup(build) {
      build.module("procman", () => ({ exports: { ...require(library) }, loader: "object" }));
    },
  });
}

async function run(request: ProgramRequest): Promise<ProgramResult> {
  try {
    const module: unknown = await import(request.file);
    const exported: unknown = await Reflect.get(Object(module), "default");
    if (exported === undefined) return faulty("it has no default export", []);
    const data: unknown =
      typeof exported === "function" ? await exported(contextOf(request)) : exported;
    const faults: Fault[] = [];
    const plain = toPlain(data, [], faults, new Set());
    return faults.length > 0 ? { ok: false, faults } : { ok: true, data: plain };
  } catch (error) {
    return { ok: false, faults: faultsOf(error, request.file) };
  }
}

function contextOf(request: ProgramRequest) {
  return {
    env: { ...process.env },
    profile: request.profiles[0] ?? null,
    profiles: request.profiles,
  };
}

/** Only what JSON can say may leave the program; anything else would silently become something else. */
function toPlain(
  value: unknown,
  path: readonly string[],
  faults: Fault[],
  above: Set<unknown>,
): unknown {
  if (path.length > limits.configDepth) {
    throw new Error(`it is nested deeper than ${limits.configDepth}`);
  }
  if (value === null || ["string", "boolean", "undefined"].includes(typeof value)) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "object" && isPlainObject(value) && !above.has(value)) {
    above.add(value);
    const inner = Array.isArray(value)
      ? value.map((item, index) => toPlain(item, [...path, String(index)], faults, above) ?? null)
      : Object.fromEntries(
          Object.entries(value).map(([key, item]) => [
            key,
            toPlain(item, [...path, key], faults, above),
          ]),
        );
    above.delete(value);
    return inner;
  }
  faults.push({
    message: `expected plain data, got ${describe(value, above)}`,
    path,
    line: null,
    column: null,
  });
  return null;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function describe(value: unknown, above: ReadonlySet<unknown>): string {
  if (above.has(value)) return "a value that contains itself";
  if (typeof value === "object" && value !== null) return `a ${nameOf(value)}`;
  return typeof value === "number" ? String(value) : `a ${typeof value}`;
}

/** An object may have a prototype that was made from nothing, and then no constructor. */
function nameOf(value: object): string {
  const name: unknown = Reflect.get(Object(Reflect.get(value, "constructor")), "name");
  return typeof name === "string" ? name : "special object";
}

function faultsOf(error: unknown, file: string): Fault[] {
  const several = error instanceof AggregateError ? error.errors : [error];
  return several.map((one: unknown) => {
    const message = messageOf(one);
    const position: unknown = Reflect.get(Object(one), "position");
    const line: unknown = position ? Reflect.get(Object(position), "line") : lineInStack(one, file);
    const column: unknown = position ? Reflect.get(Object(position), "column") : null;
    return { message, path: [], line: fromOne(line), column: fromOne(column) };
  });
}

function fromOne(value: unknown): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

function messageOf(error: unknown): string {
  const message: unknown = Reflect.get(Object(error), "message");
  if (typeof message !== "string") return `it threw ${String(error)}`;
  const name: unknown = Reflect.get(Object(error), "name");
  const isOrdinary =
    typeof name !== "string" || ["Error", "BuildMessage", "ResolveMessage"].includes(name);
  return isOrdinary ? message : `${name}: ${message}`;
}

/** The line of the configuration on which an error was thrown, or through which it came. */
function lineInStack(error: unknown, file: string): number | null {
  const stack: unknown = Reflect.get(Object(error), "stack");
  if (typeof stack !== "string") return null;
  const at = stack.indexOf(`${file}:`);
  return at < 0 ? null : Number.parseInt(stack.slice(at + file.length + 1), 10);
}

function faulty(message: string, path: readonly string[]): ProgramResult {
  return { ok: false, faults: [{ message, path, line: null, column: null }] };
}

/** Ends the process at once: servers or timers that the configuration left running are not waited for. */
function answer(result: ProgramResult): never {
  const bytes = Buffer.from(JSON.stringify(result));
  for (let sent = 0; sent < bytes.length;) sent += writeSync(RESULT_FD, bytes, sent);
  process.exit(0);
}
