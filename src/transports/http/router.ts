/** From a path and a method to a route. */

import { Refusal } from "./refusal.ts";
import { ROUTES } from "./routes/all.ts";
import type { Route } from "./route.ts";

export interface Found {
  readonly route: Route;
  /** What is in the path for `{…}`, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

/** HEAD is asked of the routes of GET. Throws a `Refusal` when there is none. */
export function routeFor(method: string, pathname: string): Found {
  const wanted = method === "HEAD" ? "GET" : method;
  const matches = matching(pathname);
  const found = matches.find(({ route }) => route.method === wanted);
  if (found !== undefined) return found;
  if (matches.length === 0) {
    const hint = "GET /openapi.json describes what there is.";
    throw new Refusal(404, "USAGE", `Cannot find ${pathname.slice(0, 200)}`, hint);
  }
  const Allow = allowed(matches);
  const message = `Cannot ${method} ${pathname.slice(0, 200)}: it takes ${Allow}`;
  throw new Refusal(405, "USAGE", message, null, { Allow });
}

/** The methods that a path takes, for `Allow`; null when there is no such path. */
export function methodsOf(pathname: string): string | null {
  const matches = matching(pathname);
  return matches.length === 0 ? null : allowed(matches);
}

function allowed(matches: readonly Found[]): string {
  const methods = new Set<string>(matches.map(({ route }) => route.method));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods.add("OPTIONS")].join(", ");
}

/** Those of which all parts are words go before those with `{…}`. */
function matching(pathname: string): Found[] {
  const parts = pathname.replace(/(?<=.)\/$/, "").split("/");
  const exact: Found[] = [];
  const others: Found[] = [];
  for (const { route, pattern } of PATTERNS) {
    const path = match(pattern, parts);
    if (path === null) continue;
    (Object.keys(path).length === 0 ? exact : others).push({ route, path });
  }
  return exact.length > 0 ? exact : others;
}

const PATTERNS = ROUTES.map((route) => ({ route, pattern: route.path.split("/") }));

function match(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const path: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const part = parts[at] ?? "";
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (expected !== part) return null;
    } else {
      if (part === "") return null;
      path[name] = decoded(part);
    }
  }
  return path;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    const hint = "A '%' is written %25.";
    throw new Refusal(400, "INVALID_PARAMETER", `Cannot decode '${part}'`, hint);
  }
}
