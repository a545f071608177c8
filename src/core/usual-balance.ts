/** How instances share a port where nobody has said it. */

import { BALANCED_HOST } from "../model/balance.ts";
import type { CommandSpec } from "../model/command.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { needsShell, splitWords } from "./command-line.ts";

/** The definition with what several instances with a port do. `reuses`: the kernel shares a port out among those who
 *  listen on it, as Linux does; macOS gives all connections to one of them. */
export function withUsualBalance(spec: ProcessSpec, reuses: boolean): ProcessSpec {
  const hasPort = spec.port !== null || spec.portChoice !== null;
  if (!hasPort || spec.instances === 1 || spec.balance !== undefined) return spec;
  const usual = { ports: [], isDefault: true } as const;
  if (reuses && runsOnBun(spec.command)) {
    return { ...spec, balance: { mode: "reuseport", ...usual } };
  }
  const algorithm = "round-robin";
  return { ...spec, balance: { mode: "proxy", algorithm, host: BALANCED_HOST, ...usual } };
}

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
/** Flags that take source as their next word. */
const EVALUATES = new Set(["-e", "--eval"]);

/** `bun server.ts`, `bun run server.ts`, `bun -e …`: what Bun runs itself. Of a script of package.json, as of everything
 *  else that starts a program of its own, nobody knows by what that is run. */
export function runsOnBun(command: CommandSpec): boolean {
  const words = wordsOf(command);
  const [program = "", ...rest] = words;
  if (!/(?:^|\/)bun(?:\.exe)?$/.test(program)) return false;
  if (rest.some((word) => EVALUATES.has(word))) return true;
  const named = rest.find((word) => !word.startsWith("-") && word !== "run");
  return named !== undefined && SOURCE.test(named);
}

function wordsOf(command: CommandSpec): readonly string[] {
  if (command.kind === "list") return command.argv;
  return needsShell(command.line) ? [] : (splitWords(command.line) ?? []);
}
