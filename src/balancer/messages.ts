/** What the daemon tells the balancer, and what the balancer answers: JSON, a message a line. */

import type { Algorithm } from "../model/balance.ts";

/** Raised when an older daemon or balancer could not make sense of what is said; the balancer is then replaced. */
export const BALANCER_VERSION = 1;

/** One instance that stands behind a shared port. */
export interface Backend {
  /** `shop/api.1` */
  readonly id: string;
  /** Its own port. */
  readonly port: number;
  /** It may be given new connections. */
  readonly isOpen: boolean;
}

/** A shared port and who stands behind it. */
export interface Service {
  /** `shop/api` */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly algorithm: Algorithm;
  readonly backends: readonly Backend[];
}

export type Command =
  /** All that is to be served from now on. What is not in it is not listened for any more; its connections go on. */
  | { readonly kind: "serve"; readonly seq: number; readonly services: readonly Service[] }
  /** Answered when nothing is under way to the backend, at the latest after `withinMs`. */
  | {
      readonly kind: "drain";
      readonly seq: number;
      readonly backend: string;
      readonly withinMs: number;
    }
  | { readonly kind: "count"; readonly seq: number }
  | { readonly kind: "end" };

/** Why a port is not listened on, as of the system: `EADDRINUSE`. */
export interface Unserved {
  readonly service: string;
  readonly code: string;
}

/** Connections by now. */
export interface Counted {
  readonly service: string;
  /** By instance, `shop/api.1`. */
  readonly open: Readonly<Record<string, number>>;
  /** Those that nobody has taken yet. */
  readonly waiting: number;
}

export type Answer =
  | { readonly kind: "hello"; readonly version: number; readonly pid: number }
  | { readonly kind: "served"; readonly seq: number; readonly unserved: readonly Unserved[] }
  | { readonly kind: "drained"; readonly seq: number }
  | { readonly kind: "counted"; readonly seq: number; readonly services: readonly Counted[] }
  | { readonly kind: "trouble"; readonly what: string };

/** Takes lines out of what comes in pieces. */
export function lineReader(take: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  };
}
