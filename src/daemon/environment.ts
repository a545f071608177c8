/** The daemon's own environment: nothing of the run or the runtime that started it may leak through it. */

/** `PROCMAN_*` of a managed child would mark the daemon as part of that child's run; Bun's own variables and npm's
 *  would change what children of the daemon are. */
const UNWANTED = /^(PROCMAN(_.*)?|NODE_CHANNEL_.*|BUN_FEATURE_FLAG_NO_ORPHANS|npm_.*|BUN_OPTIONS)$/;

export function cleanOwnEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (UNWANTED.test(name)) delete env[name];
  }
}
