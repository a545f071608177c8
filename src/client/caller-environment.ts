/** What of a caller's environment its processes get: all that is the caller's, nothing that is Bun's or procman's own. */

/** Set by procman for the run that the caller is part of, or by a runtime for its own channel to its parent. */
const OWN = /^(PROCMAN|PROCMAN_.*|NODE_CHANNEL_.*|BUN_FEATURE_FLAG_NO_ORPHANS)$/;

/** Set by `bunx` and `bun run` when they started procman, about procman. */
const LAUNCHER = /^(npm_.*|NODE)$/;

/** `bunx --bun` puts a `node` that is Bun in front of the PATH. */
const SHIM = /\/bun-node-[^/]*\/?$/;

export function callerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const byBun = env["npm_config_user_agent"]?.startsWith("bun/") === true;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OWN.test(name) || (byBun && LAUNCHER.test(name))) continue;
    kept[name] = name === "PATH" ? withoutShims(value) : value;
  }
  return kept;
}

function withoutShims(path: string): string {
  return path
    .split(":")
    .filter((entry) => !SHIM.test(entry))
    .join(":");
}
