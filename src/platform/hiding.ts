/** What probes say is told and kept: the secrets of a process's environment are taken out of it, in commands, addresses
 *  and output alike. Before anything is cut, so that no half of one is left. */

import { isSecretName } from "../model/secrets.ts";

export type Hide = (text: string) => string;

/** Shorter values are words like any other. */
const SHORTEST_CHARS = 6;
const MASK = "********";

export function hiding(env: Readonly<Record<string, string>>): Hide {
  const secrets = Object.entries(env)
    .filter(([name, value]) => isSecretName(name) && value.length >= SHORTEST_CHARS)
    .map(([, value]) => value)
    .toSorted((one, other) => other.length - one.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}
