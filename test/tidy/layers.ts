/** The layers of the architecture as data, and the check that a set of source files keeps them. */

import { importedPath, importsOf, type SourceFile } from "./source.ts";

interface Layer {
  /** Folders of `src/`, or single files `folder/file.ts`, that it may import from, beside its own. */
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
  /** True: imports of `bun:*`, `node:*` and `bun` are faults. */
  readonly pure?: boolean;
}

const PORTS = "supervisor/ports.ts";
const DATA_PLANE: Layer = { imports: ["model", PORTS] };
/** Where the programs are, for whoever starts one. */
const PROGRAMS = "programs.ts";
/** The page that the HTTP interface serves. */
const PAGE = "dashboard-page.ts";
const LIBRARY: Layer = { imports: ["client", "model", "config", "library", "protocol"] };
const BELOW_DAEMON: Readonly<Record<string, Layer>> = {
  model: { imports: [], packages: ["zod"], pure: true },
  [PROGRAMS]: { imports: [] },
  core: { imports: ["model"], pure: true },
  protocol: { imports: ["model"], packages: ["zod"], pure: true },
  choreographer: { imports: ["core", "model"], pure: true },
  config: { imports: ["core", "model", PROGRAMS], packages: ["zod"] },
  logfile: { imports: ["model"] },
  supervisor: { imports: ["choreographer", "core", "model"] },
  platform: { imports: ["model", PORTS, PROGRAMS], packages: ["pidusage"] },
  logs: { imports: ["model", "logfile", PORTS, PROGRAMS] },
  ipc: { imports: ["model", "protocol", PORTS] },
  balancer: { imports: ["model", PORTS, PROGRAMS] },
  store: DATA_PLANE,
  observers: DATA_PLANE,
  [PAGE]: { imports: [PROGRAMS] },
  transports: { imports: ["model", "protocol", "logfile", PORTS, PAGE] },
  client: { imports: ["model", "protocol", PROGRAMS] },
};

/** From the bottom up. A folder of `src/` that is not in it is a fault. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  ...BELOW_DAEMON,
  daemon: { imports: Object.keys(BELOW_DAEMON) },
  cli: {
    // Who listens on a port can be told without a daemon; the first process of a container has a duty of its own. What
    // is spoken with agents is the same on standard input and over HTTP.
    imports: [
      "client",
      "config",
      "model",
      "protocol",
      "logfile",
      "platform/orphan-reaper.ts",
      "platform/strangers.ts",
      "transports/http/login-code.ts",
      "transports/mcp/port.ts",
      "transports/mcp/server.ts",
      PROGRAMS,
    ],
    packages: ["citty", "consola"],
  },
  // Runs in a browser. It tells of events in the words of the command line.
  dashboard: { imports: ["model", "protocol", "cli/render/event-text.ts"] },
  // Run by whoever packs; nothing imports it.
  "bundle.ts": { imports: [PAGE, PROGRAMS] },
  // What manages processes inside of a program: the decisions and the platform of the daemon, without the daemon.
  library: {
    imports: ["client", "config", "core", "model", "platform", "protocol", PORTS],
  },
  "index.ts": LIBRARY,
  "child-line.ts": { imports: [] },
  "child-calls.ts": { imports: ["child-line.ts"] },
  "child-streams.ts": { imports: ["child-line.ts", "child-calls.ts"] },
  "child-topics.ts": { imports: ["child-line.ts"] },
  "child.ts": {
    imports: ["child-line.ts", "child-calls.ts", "child-streams.ts", "child-topics.ts", "protocol"],
  },
};

/** Every import that goes up or sideways, every package out of its place, and every cycle; one line each. */
export function layerFaults(files: readonly SourceFile[]): string[] {
  const edges = files.flatMap((file) => importsOf(file).map((name) => ({ file, name })));
  const faults = edges.map(({ file, name }) => importFault(file, name));
  return [...new Set([...faults.filter((fault) => fault !== null), ...cycles(files)])];
}

function importFault(file: SourceFile, name: string): string | null {
  const from = layerOf(file.path);
  const layer = LAYERS[from];
  if (layer === undefined) return `${file.path}: src/${from} is not in the table of layers`;
  const target = importedPath(file, name);
  if (target === null) return packageFault(file, name, layer);
  // package.json is where the version is written.
  if (target === "package.json") return null;
  if (!target.startsWith("src/")) return `${file.path}: imports ${target}, which is outside src/`;
  const to = layerOf(target);
  const allowed =
    to === from ||
    layer.imports.includes(to) ||
    layer.imports.includes(target.slice("src/".length));
  if (allowed) return null;
  const may = layer.imports.length === 0 ? "nothing above itself" : layer.imports.join(", ");
  return `${file.path}: ${from} must not import ${target} (it may import ${may})`;
}

function packageFault(file: SourceFile, name: string, layer: Layer): string | null {
  const isBuiltIn = /^(?:bun|node)(?::|$)/.test(name);
  if (isBuiltIn && layer.pure === true) {
    return `${file.path}: ${layerOf(file.path)} is pure and must not import ${name}`;
  }
  if (isBuiltIn || layer.packages?.some((own) => name === own || name.startsWith(`${own}/`))) {
    return null;
  }
  return `${file.path}: package ${name} is not at its place in ${layerOf(file.path)}`;
}

/** `src/core/turn.ts` is in `core`, `src/index.ts` is a layer by itself. */
function layerOf(path: string): string {
  return path.split("/")[1] ?? path;
}

/** Each cycle of imports once, from its first file in the order of names. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, localImports(file)]));
  const found = new Set<string>();
  const done = new Set<string>();

  function visit(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.add(describeCycle(trail.slice(start)));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  }

  for (const path of graph.keys()) visit(path, []);
  return [...found];
}

function localImports(file: SourceFile): string[] {
  return importsOf(file)
    .map((name) => importedPath(file, name))
    .filter((path) => path !== null);
}

function describeCycle(ring: readonly string[]): string {
  const first = ring.indexOf(ring.toSorted()[0] ?? "");
  const turned = [...ring.slice(first), ...ring.slice(0, first)];
  return `a cycle of imports: ${[...turned, turned[0]].join(" → ")}`;
}
