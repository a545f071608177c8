export function callerEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([k, v]) => v === undefined || /^PROCMAN(_|$)|^NODE_CHANNEL/.test(k) ? [] : [[k, v]])) as Record<string, string>;
}
