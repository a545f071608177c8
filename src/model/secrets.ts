/** What looks like a secret, by the name of its variable or of its header. */

export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSWORD|^(?:PROXY-)?AUTHORIZATION$|^COOKIE$/i.test(name);
}
