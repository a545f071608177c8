/** What a seed draws of shared ports: by what it has drawn already, so that the other seeds stay what they were. */

import type { ProcessSpec } from "../../src/model/spec.ts";

const FIRST_PORT = 3_000;
const OWN_PORTS = Array.from({ length: 20 }, (_, at) => 20_000 + at);

/** One seed in so many has shared ports. */
export const hasBalance = (seed: number): boolean => seed % 4 === 3;

export function withBalance(process: ProcessSpec): ProcessSpec {
  if (process.stop.timeoutMs % 2 === 1) return process;
  const port = FIRST_PORT + process.name.charCodeAt(0);
  const balance = { mode: "proxy", algorithm: "random", host: "localhost" } as const;
  return { ...process, port, balance: { ...balance, ports: OWN_PORTS } };
}
