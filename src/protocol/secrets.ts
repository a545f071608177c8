/** Secrets in environments: what looks like one is masked before it is shown. */

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD/i;

/** `scheme://user:password@host`. */
const URL_PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*:)[^@\s]+@/i;

const MASK = "********";

export function maskSecrets(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? MASK : value.replace(URL_PASSWORD, `$1${MASK}@`),
    ]),
  );
}
