/** Secrets in environments, headers and addresses: what looks like one is masked before it is shown. */

import type { HealthProbe, ReadyProbe } from "../model/probe.ts";
import { isSecretName } from "../model/secrets.ts";

/** `scheme://user:password@host`. */
const URL_PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*:)[^@\s]+@/i;

/** Nothing but a reference to a variable, as `${T}` or `Bearer ${T}`: that is no secret yet. */
const REFERENCE = /^(?:[A-Za-z]+ )?\$\{\w+\}$/;

const MASK = "********";

export function maskSecrets(named: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, maskSecret(name, value)]),
  );
}

export function maskSecret(name: string, value: string): string {
  if (REFERENCE.test(value)) return value;
  return isSecretName(name) ? MASK : value.replace(URL_PASSWORD, `$1${MASK}@`);
}

export function maskProbe<P extends HealthProbe | ReadyProbe>(probe: P): P {
  if (probe.kind !== "http") return probe;
  const { url, headers } = probe;
  return {
    ...probe,
    url: maskSecret("url", url),
    ...(headers === undefined ? {} : { headers: maskSecrets(headers) }),
  };
}
