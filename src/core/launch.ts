/** From a definition to what is executed: the environment of one run, and its command with every `${…}` expanded. */

import type { InstanceId, RunId } from "../model/ids.ts";
import type { CommandSpec, Launch, ProcessSpec, ProjectSpec, ReadyProbe } from "../model/spec.ts";
import { portOf, portVariable } from "../model/port.ts";
import { expandTemplate, type TemplateScope } from "../model/template.ts";
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
}

export type LaunchResult =
  | { readonly ok: true; readonly launch: Launch; readonly ready: readonly ReadyProbe[] }
  | { readonly ok: false; readonly message: string };

export function launchOf(request: LaunchRequest): LaunchResult {
  try {
    const env = environmentOf(request);
    const scope = scopeOf(env, request.project);
    const { process } = request;
    return {
      ok: true,
      launch: {
        argv: argvOf(process.command, scope),
        cwd: process.cwd,
        env,
        user: process.user,
        group: process.group,
        umask: process.umask,
        port: portOf(process, request.index),
      },
      ready: process.ready.map((probe) => expandProbe(probe, scope)),
    };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, message: error.message };
    throw error;
  }
}

/** The environment of one run. Later wins: caller's, the configuration's layers, procman's own. */
function environmentOf(request: LaunchRequest): Record<string, string> {
  const { process } = request;
  const variables = ownVariables(request);
  const base: Record<string, string> = { ...request.callerEnv, ...variables };
  const env: Record<string, string> = { ...request.callerEnv };
  const scope = layeredScope(process.env, base, request.project);
  for (const [name, template] of Object.entries(process.env)) {
    if (template === null) delete env[name];
    else env[name] = expand(template, scope, `env.${name}`);
  }
  return { ...env, ...variables };
}

/** A variable may refer to others of the same environment, and to itself for the caller's value. */
function layeredScope(
  layer: Readonly<Record<string, string | null>>,
  base: Readonly<Record<string, string>>,
  project: ProjectSpec,
): TemplateScope {
  const underWay = new Set<string>();
  const scope: TemplateScope = {
    port: (name) => portByName(project, name),
    variable(name) {
      const template = own(layer, name);
      if (template === undefined || underWay.has(name)) return own(base, name);
      if (template === null) return undefined;
      underWay.add(name);
      try {
        return expand(template, scope, `env.${name}`);
      } finally {
        underWay.delete(name);
      }
    },
  };
  return scope;
}

function ownVariables(request: LaunchRequest): Record<string, string> {
  const { project, process, index, home } = request;
  const variables: Record<string, string> = {
    PROCMAN: "1",
    PROCMAN_PROJECT: project.name,
    PROCMAN_PROCESS: process.name,
    PROCMAN_INSTANCE: String(index),
    PROCMAN_RUN_ID: request.runId,
    PROCMAN_DATA_DIR: `${home}/data/${project.name}/${process.name}.${index}`,
    NODE_APP_INSTANCE: String(index - 1),
  };
  const port = portOf(process, index);
  if (port !== null) variables["PORT"] = String(port);
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

function expandProbe(probe: ReadyProbe, scope: TemplateScope): ReadyProbe {
  switch (probe.kind) {
    case "http":
      return { ...probe, url: expand(probe.url, scope, "ready.http") };
    case "tcp":
      return { ...probe, address: expand(probe.address, scope, "ready.tcp") };
    case "exec":
      return {
        ...probe,
        command: { kind: "list", argv: argvOf(probe.command, scope) },
      };
    case "after":
      return probe;
  }
}

class TemplateError extends Error {}

function expand(template: string, scope: TemplateScope, where: string): string {
  const result = expandTemplate(template, scope);
  if (!result.ok) throw new TemplateError(`${where}: ${result.message}`);
  return result.value;
}
