/** Every `${…}` that a process keeps until it runs: whether it can be expanded, and whose ports it asks for. */

import { expandTemplate, portReferences, type TemplateScope } from "../../model/template.ts";
import type { ReadyProbe } from "../../model/probe.ts";
import type { CommandSpec, Template } from "../../model/command.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import { didYouMean } from "../nearest.ts";
import type { Report } from "../report.ts";
import { isMap, type Origin, originAt, type Path } from "../tree.ts";
import type { Draft, Drafts } from "./draft.ts";
import { environmentScope } from "./environment.ts";

/** The processes whose ports are asked for: by the process itself, or by what the whole project is given. */
export interface PortUse {
  readonly own: readonly string[];
  readonly shared: readonly string[];
}

export function portUse(kept: readonly Kept[], draft: Draft): PortUse {
  const own = kept.flatMap(({ text }) => portReferences(text));
  const shared: string[] = [];
  for (const variable of draft.environment.values()) {
    if (variable.value !== null) {
      (variable.shared ? shared : own).push(...portReferences(variable.value));
    }
  }
  const others = (names: string[]) => [...new Set(names)].filter((name) => name !== draft.name);
  return { own: others(own), shared: others(shared) };
}

/** Expands everything once, as a run would, and reports what cannot be. */
export function checkReferences(
  spec: ProcessSpec,
  kept: readonly Kept[],
  drafts: Drafts,
  project: string,
  report: Report,
) {
  const draft = drafts.of(spec);
  const own = ownVariables(spec, drafts, project);
  // A port that is there and wrong was reported as that; any number will do for what asks for it.
  const port = (name: string) =>
    drafts.portOf(name) ?? (hasPort(drafts.all.get(name)) ? 1 : undefined);
  const callerVariable = drafts.callerVariableOf(spec.name);
  const base = (name: string) => own.get(name) ?? callerVariable(name);
  const inEnvironment = environmentScope(draft.environment, base, port);
  for (const [name, { value, origin }] of draft.environment) {
    if (value === null || !value.includes("${")) continue;
    const expanded = inEnvironment.expansion(name);
    if (expanded?.ok === false)
      report.invalid(origin, expanded.message, hintFor(value, port, drafts) ?? expanded.hint);
  }
  const inRun: TemplateScope = {
    port,
    variable: (name) => own.get(name) ?? inEnvironment.variable(name),
  };
  for (const { text, origin, expected, isGood } of kept) {
    const expanded = expandTemplate(text, inRun);
    if (!expanded.ok)
      report.invalid(origin(), expanded.message, hintFor(text, port, drafts) ?? expanded.hint);
    else if (isGood && !isGood(expanded.value)) {
      report.invalid(origin(), `expected ${expected}, got ${JSON.stringify(expanded.value)}`);
    }
  }
}

/** A template that a process keeps until it runs. */
export interface Kept {
  readonly text: Template;
  readonly origin: () => Origin;
  readonly expected?: string;
  readonly isGood?: (value: string) => boolean;
}

export function keptTemplates(spec: ProcessSpec, draft: Draft): readonly Kept[] {
  const at =
    (...path: Path) =>
    () =>
      originAt(draft.node, path);
  const { data } = draft as { data: Readonly<Record<string, unknown>> };
  const inProbes = (key: string, probes: readonly ReadyProbe[]): Kept[] =>
    probes.flatMap((probe, index) => {
      const path = Array.isArray(data[key]) ? [key, String(index)] : [key];
      return inProbe(probe, (...more) => at(...path, ...more));
    });
  const links = spec.links.map((text, index) => ({ text, origin: at("links", String(index)) }));
  const { onGiveUp } = spec.restart;
  const inPlaceOf = onGiveUp.startsWith("exec:")
    ? [{ text: onGiveUp, origin: at("restart", "onGiveUp") }]
    : [];
  const action = spec.watch?.action;
  const onChange =
    action?.kind === "exec" ? [{ text: action.line, origin: at("watch", "action") }] : [];
  const hooks = Object.entries(spec.hooks ?? {}).flatMap(([name, hook]) =>
    wordsOf(hook.command, (...more) => at("hooks", name, ...more)),
  );
  const { command: stopCommand } = spec.stop;
  return [
    ...wordsOf(spec.command, (...more) => at("command", ...more)),
    ...links,
    ...inProbes("ready", spec.ready),
    ...inProbes("health", spec.health ?? []),
    ...inPlaceOf,
    ...onChange,
    ...hooks,
    ...(stopCommand === undefined
      ? []
      : wordsOf(stopCommand, (...more) => at("stop", "command", ...more))),
  ];
}

function inProbe(probe: ReadyProbe, at: (...path: Path) => () => Origin): readonly Kept[] {
  switch (probe.kind) {
    case "http": {
      const headers = Object.entries(probe.headers ?? {});
      return [
        { text: probe.url, origin: at("http"), ...URL_WANTED },
        ...headers.map(([name, text]) => ({ text, origin: at("http", "headers", name) })),
      ];
    }
    case "tcp":
      return [{ text: probe.address, origin: at("tcp"), ...ADDRESS_WANTED }];
    case "exec":
      return wordsOf(probe.command, (...more) => at("exec", ...more));
    case "log":
    case "resource":
    case "ipc":
    case "after":
      return [];
  }
}

function wordsOf(command: CommandSpec, at: (...path: Path) => () => Origin): Kept[] {
  return command.kind === "line"
    ? [{ text: command.line, origin: at() }]
    : command.argv.map((text, index) => ({ text, origin: at(String(index)) }));
}

const URL_WANTED = {
  expected: "an address that begins with http:// or https://",
  isGood: (value: string) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
};

const ADDRESS_WANTED = {
  expected: 'a port, or "host:port"',
  isGood(value: string): boolean {
    const port = /^(?:\[[^\]]+\]:|[^:\s]+:)?(\d{1,5})$/.exec(value)?.[1];
    return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
  },
};

const STAND_INS: ReadonlyMap<string, string> = new Map([
  ["PROCMAN", "1"],
  ["PROCMAN_INSTANCE", "1"],
  ["PROCMAN_RUN_ID", "run"],
  ["PROCMAN_DATA_DIR", "/"],
  ["PROCMAN_SOCKET", "/"],
  ["NODE_APP_INSTANCE", "0"],
]);

/** What procman adds to the environment of a run, with stand-ins for what only a run has. */
function ownVariables(
  spec: ProcessSpec,
  drafts: Drafts,
  project: string,
): ReadonlyMap<string, string> {
  const own = new Map(STAND_INS);
  own.set("PROCMAN_PROJECT", project).set("PROCMAN_PROCESS", spec.name);
  // Which port the daemon will choose is not known yet.
  const ownPort = spec.port ?? (spec.portChoice === null ? null : (spec.portChoice.from ?? 1));
  if (ownPort !== null) own.set("PORT", String(ownPort));
  for (const { process } of spec.dependsOn) {
    const port = drafts.portOf(process) ?? (hasPort(drafts.all.get(process)) ? 1 : undefined);
    const name = `PROCMAN_PORT_${process.toUpperCase().replaceAll("-", "_")}`;
    if (port !== undefined) own.set(name, String(port));
  }
  return own;
}

function hasPort(draft: Draft | undefined): boolean {
  return isMap(draft?.data) && draft.data["port"] !== undefined;
}

function hintFor(text: string, port: TemplateScope["port"], drafts: Drafts): string | null {
  const portless = portReferences(text).find((name) => port(name) === undefined);
  if (portless !== undefined) {
    return drafts.all.has(portless)
      ? `Give "${portless}" a \`port\`.`
      : didYouMean(portless, drafts.all.keys());
  }
  return null;
}
