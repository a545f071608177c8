/** Secrets in environments: what looks like one is masked before it is shown. */

import { isSecretName } from "../model/secrets.ts";

/** `scheme://user:password@host`. */
const URL_PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*:)[^@\s]+@/i;

const MASK = "********";

export function maskSecrets(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      isSecretName(name) ? MASK : value.replace(URL_PASSWORD, `$1${MASK}@`),
    ]),
  );
}
