/** A port whose operations are given, and else find one process. */

import type { McpPort } from "../../../src/transports/mcp/port.ts";

export interface FakePort {
  readonly look: (name: string, input: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly change: (name: string, input: unknown, signal: AbortSignal) => Promise<unknown>;
}

const NOTHING = () => {
  throw new Error("nobody should have asked for that");
};

export function fakePort({ look, change }: Partial<FakePort>): McpPort {
  return {
    placeOf: (project) => ({ project, directory: "/", exact: true, files: [] }),
    look: (look ?? (async () => [{ id: "shop/a.1", pid: null }])) as McpPort["look"],
    change: (change ?? NOTHING) as McpPort["change"],
    lines: NOTHING,
    run: NOTHING,
    up: NOTHING,
  };
}
