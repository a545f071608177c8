/** What looks like a secret, by the name of its variable. */

export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSWORD/i.test(name);
}
