/** A process on its way from the tree to its definition: defaults merged in, environment known, not yet checked. */

import type { TemplateScope } from "../../model/template.ts";
import { withDefaults } from "../merge.ts";
import { Report } from "../report.ts";
import { child, dataOf, entriesOf, isMap, type Node } from "../tree.ts";
import {
  addEnvMap,
  EnvFiles,
  type Environment,
  environmentScope,
  envFilesOf,
  variableOf,
} from "./environment.ts";
import { expandAtLoad, type LoadScope } from "./expand.ts";

export interface Draft {
  readonly name: string;
  readonly node: Node;
  readonly data: unknown;
  readonly environment: Environment;
}

export interface DraftRequest {
  /** The project's tree, without the user's own keys. */
  readonly top: Node;
  readonly directory: string;
  readonly profiles: readonly string[];
  /** The environment that a process has from its caller. */
  readonly callerEnvOf: (process: string) => Readonly<Record<string, string>>;
}

export class Drafts {
  readonly all: ReadonlyMap<string, Draft>;
  /** What every process has of the project and its profiles. */
  readonly shared: Environment;
  readonly #callerEnvOf: DraftRequest["callerEnvOf"];
  readonly #ports = new Map<string, number | undefined>();
  readonly #portsUnderWay = new Set<string>();

  constructor(request: DraftRequest, report: Report) {
    this.#callerEnvOf = request.callerEnvOf;
    const files = new EnvFiles(request.directory);
    const drafts = entriesOf(child(request.top, "processes")).map(([name, node]) => {
      const whole = withDefaults(child(request.top, "defaults"), node);
      const environment = environmentOf(name, whole, request, files, report);
      return [name, { name, node: whole, data: dataOf(whole), environment }] as const;
    });
    this.all = new Map(drafts);
    const nothing: Node = { ...request.top, kind: "map", entries: new Map() };
    // What is wrong with it is told where the processes are read.
    this.shared = environmentOf("", nothing, request, files, new Report());
  }

  /** The draft that a definition was made from. */
  of({ name }: { readonly name: string }): Draft {
    return this.all.get(name)!;
  }

  /** What strings of the draft that count at load time may refer to: nothing that only a run has. */
  loadScope(draft: Draft): LoadScope {
    return environmentScope(draft.environment, this.callerVariableOf(draft.name), this.portOf);
  }

  /** Looks up what a process has from its caller. */
  callerVariableOf(process: string): (name: string) => string | undefined {
    return variableOf(this.#callerEnvOf(process));
  }

  /** The port of a process's first instance; undefined when it has none, or none that can be read. */
  readonly portOf: TemplateScope["port"] = (name) => {
    if (this.#ports.has(name)) return this.#ports.get(name);
    if (this.#portsUnderWay.has(name)) return undefined;
    this.#portsUnderWay.add(name);
    const port = this.#readPort(name);
    this.#portsUnderWay.delete(name);
    this.#ports.set(name, port);
    return port;
  };

  #readPort(name: string): number | undefined {
    const draft = this.all.get(name);
    if (!draft || !isMap(draft.data)) return undefined;
    const { port } = draft.data as { port?: unknown };
    const number: unknown = isMap(port) ? port["number"] : port;
    // What is wrong with it is told where the process is checked, so this report is thrown away.
    const { data } =
      typeof number === "string"
        ? expandAtLoad(number, draft.node, this.loadScope(draft), new Report())
        : { data: number };
    const value = typeof data === "string" && data.trim() !== "" ? Number(data) : data;
    return Number.isInteger(value) ? (value as number) : undefined;
  }
}

/** Later wins: env files, then the `env` of the project, of the profiles, of the process. */
function environmentOf(
  process: string,
  node: Node,
  request: DraftRequest,
  files: EnvFiles,
  report: Report,
): Environment {
  const { top, profiles } = request;
  const maps: (readonly [Node | undefined, boolean])[] = [
    [child(top, "env"), true],
    ...profiles.map((name) => [child(child(child(top, "profiles"), name), "env"), true] as const),
    [child(node, "env"), false],
  ];
  const known: Environment = new Map();
  for (const [map, shared] of maps) addEnvMap(known, map, shared);
  if (child(top, "envFile") === undefined && child(node, "envFile") === undefined) return known;

  const scope = environmentScope(known, variableOf(request.callerEnvOf(process)));
  const environment: Environment = new Map();
  for (const [holder, shared] of [
    [top, true],
    [node, false],
  ] as const) {
    const key = child(holder, "envFile");
    if (key === undefined) continue;
    const { data, failed } = expandAtLoad(dataOf(key), key, scope, report);
    if (failed.size > 0) continue;
    for (const { file, origin } of envFilesOf(data, key, [])) {
      files.addTo(environment, file, origin, shared, report);
    }
  }
  if (environment.size === 0) return known;
  for (const [map, shared] of maps) addEnvMap(environment, map, shared);
  return environment;
}
