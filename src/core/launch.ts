/** From a definition to what is executed: the environment of one run, and its command with every `${…}` expanded. */

import type { InstanceId, RunId } from "../model/ids.ts";
import type { HealthProbe, ReadyProbe, TriedProbe } from "../model/probe.ts";
import type { CommandSpec } from "../model/command.ts";
import type { InputKind, Launch, ProcessSpec, ProjectSpec } from "../model/spec.ts";
import { sharingOf } from "../model/sharing.ts";
import { OWN_PORT_VARIABLE } from "../model/balance.ts";
import { ownPortOf, portOf, portVariable } from "../model/port.ts";
import { type Expansion, expandTemplate, type TemplateScope } from "../model/template.ts";
import { Variables } from "../model/variables.ts";
import { needsShell, splitWords } from "./command-line.ts";
import { own } from "../model/own.ts";

export interface LaunchRequest {
  readonly project: ProjectSpec;
  readonly process: ProcessSpec;
  readonly instance: InstanceId;
  /** From 1. */
  readonly index: number;
  readonly runId: RunId;
  readonly callerEnv: Readonly<Record<string, string>>;
  /** Absolute path of the daemon's home. */
  readonly home: string;
  /** What it may connect to; null where there is no such socket. */
  readonly childSocket: string | null;
}

export type LaunchResult =
  | {
      readonly ok: true;
      readonly launch: Launch;
      readonly ready: readonly ReadyProbe[];
      readonly health: readonly HealthProbe[];
    }
  | { readonly ok: false; readonly message: string };

export function launchOf(request: LaunchRequest): LaunchResult {
  try {
    const env = environmentOf(request);
    const scope = scopeOf(env, request.project);
    const { process } = request;
    // Behind the port that it shares another instance might answer.
    const ownPort = ownPortOf(process, request.index);
    const probeEnv = ownPort === null ? env : { ...env, PORT: String(ownPort) };
    const probeScope = scopeOf(probeEnv, request.project);
    return {
      ok: true,
      launch: {
        argv: argvOf(process.command, scope),
        cwd: process.cwd,
        env,
        user: process.user,
        group: process.group,
        umask: process.umask,
        port: ownPortOf(process, request.index),
        ...sharedPortOf(process),
        input: inputOf(process),
        ...(hasChannel(process) ? { channel: true } : {}),
      },
      ready: process.ready.map((probe) =>
        probe.kind === "after" ? probe : expandProbe(probe, probeScope, "ready"),
      ),
      health: (process.health ?? []).map((probe) => expandProbe(probe, probeScope, "health")),
    };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, message: error.message };
    throw error;
  }
}

/** What there is to do for a port that it shares. */
function sharedPortOf(process: ProcessSpec): Pick<Launch, "isBalanced" | "reusedPort"> {
  const mode = sharingOf(process)?.mode;
  if (mode === "proxy") return { isBalanced: true };
  return mode === "reuseport" && process.port !== null ? { reusedPort: process.port } : {};
}

/** The environment of one run. Later wins: caller's, the configuration's layers, procman's own. */
function environmentOf(request: LaunchRequest): Record<string, string> {
  const { process } = request;
  const variables = ownVariables(request);
  const base: Record<string, string> = { ...request.callerEnv, ...variables };
  const env: Record<string, string> = { ...request.callerEnv };
  const layered = new Variables({
    template: (name) => own(process.env, name),
    below: (name) => own(base, name),
    port: (name) => portByName(request.project, name),
  });
  for (const name of Object.keys(process.env)) {
    const expanded = layered.expansion(name);
    if (expanded === undefined) delete env[name];
    else env[name] = valueOf(expanded, `env.${name}`);
  }
  // What a terminal can do is for programs on one to know.
  const terminal = process.tty === true && env["TERM"] === undefined ? { TERM } : {};
  return { ...env, ...terminal, ...variables };
}

/** What nearly every terminal that people attach from understands. */
const TERM = "xterm-256color";

/** What a definition gives its runs to read. */
export function inputOf({ stdin, tty }: ProcessSpec): InputKind {
  if (tty === true) return "terminal";
  return stdin === true ? "pipe" : "none";
}

/** Whoever is to be asked over a channel needs one. */
export function hasChannel({ ipc, stop, ready, health = [] }: ProcessSpec): boolean {
  if (ipc === true || stop.ipc === true) return true;
  return [...ready, ...health].some(({ kind }) => kind === "ipc");
}

function ownVariables(request: LaunchRequest): Record<string, string> {
  const { project, process, index, home, childSocket } = request;
  const variables: Record<string, string> = {
    PROCMAN: "1",
    PROCMAN_PROJECT: project.name,
    PROCMAN_PROCESS: process.name,
    PROCMAN_INSTANCE: String(index),
    PROCMAN_RUN_ID: request.runId,
    PROCMAN_DATA_DIR: `${home}/data/${project.name}/${process.name}.${index}`,
    NODE_APP_INSTANCE: String(index - 1),
  };
  if (childSocket !== null) variables["PROCMAN_SOCKET"] = childSocket;
  const port = portOf(process, index);
  if (port !== null) variables["PORT"] = String(port);
  const ownPort = ownPortOf(process, index);
  if (ownPort !== null && ownPort !== port) variables[OWN_PORT_VARIABLE] = String(ownPort);
  for (const dependency of process.dependsOn) {
    const dependencyPort = portByName(project, dependency.process);
    if (dependencyPort !== undefined) {
      variables[portVariable(dependency.process)] = String(dependencyPort);
    }
  }
  return variables;
}

function portByName(project: ProjectSpec, name: string): number | undefined {
  return own(project.processes, name)?.port ?? undefined;
}

function scopeOf(env: Readonly<Record<string, string>>, project: ProjectSpec): TemplateScope {
  return { variable: (name) => own(env, name), port: (name) => portByName(project, name) };
}

function argvOf(command: CommandSpec, scope: TemplateScope): string[] {
  if (command.kind === "list") {
    return command.argv.map((word) => expand(word, scope, "command"));
  }
  const words = needsShell(command.line) ? null : splitWords(command.line);
  return words === null
    ? [...command.shell, expand(command.line, scope, "command")]
    : words.map((word) => expand(word, scope, "command"));
}

function expandProbe<P extends TriedProbe>(probe: P, scope: TemplateScope, key: string): P {
  switch (probe.kind) {
    case "http": {
      const { url, headers } = probe;
      return {
        ...probe,
        url: expand(url, scope, `${key}.http`),
        ...(headers === undefined ? {} : { headers: expandEach(headers, scope, `${key}.http`) }),
      };
    }
    case "tcp":
      return { ...probe, address: expand(probe.address, scope, `${key}.tcp`) };
    case "exec":
      return { ...probe, command: { kind: "list", argv: argvOf(probe.command, scope) } };
    case "log":
    case "resource":
    case "ipc":
      return probe;
  }
}

function expandEach(
  templates: Readonly<Record<string, string>>,
  scope: TemplateScope,
  where: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(templates);
  return Object.fromEntries(entries.map(([name, text]) => [name, expand(text, scope, where)]));
}

class TemplateError extends Error {}

function expand(template: string, scope: TemplateScope, where: string): string {
  return valueOf(expandTemplate(template, scope), where);
}

function valueOf(result: Expansion, where: string): string {
  if (!result.ok) throw new TemplateError(`${where}: ${result.message}`);
  return result.value;
}
