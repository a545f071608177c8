/** Hooks: commands of a process's configuration that procman runs at turns of its life, as the process itself is run. */

import type { HookRun } from "../model/effects.ts";
import type { CommandSpec } from "../model/command.ts";
import type { HookName } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";
import { launchFor } from "./launch-for.ts";
import type { Turn } from "./turn.ts";

type Variables = Readonly<Record<string, string>>;

/** The hook of that name, ready to be run; null when there is none. `extra` is added to its environment. */
export function hookOf(
  turn: Turn,
  instance: Instance,
  name: HookName,
  extra: Variables = {},
): HookRun | null {
  const hook = turn.specOf(instance).hooks?.[name];
  if (hook === undefined) return null;
  const { command, timeoutMs, onFailure } = hook;
  const run = commandRun(turn, instance, { what: `hooks.${name}`, command, timeoutMs }, extra);
  return run === null ? null : { ...run, isRequired: onFailure === "fail" };
}

interface Wanted {
  readonly what: string;
  readonly command: CommandSpec;
  readonly timeoutMs: number;
}

/** In the environment and the directory of the process and as its user, but with nothing of a run: a sweep takes it
 *  for no part of one. One that cannot be worked out is told of. */
export function commandRun(
  turn: Turn,
  instance: Instance,
  { what, command, timeoutMs }: Wanted,
  extra: Variables,
): HookRun | null {
  const made = launchFor(turn, instance, "", { command, ready: [], health: [] });
  if (!made.ok) {
    const data = { hook: what, reason: `cannot be started: ${made.message}` };
    turn.tellOf(instance, "hook.failed", instance.lastRun?.id ?? null, data);
    return null;
  }
  const { reusedPort: _reused, ...launched } = made.launch;
  const { PROCMAN_RUN_ID: _, PROCMAN_SOCKET: __, ...env } = launched.env;
  const launch = { ...launched, env: { ...env, ...extra }, port: null, input: "none" } as const;
  return { what, launch, timeoutMs, isRequired: false };
}
