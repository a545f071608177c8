/** What of a caller's environment its processes get. */

import { expect, test } from "bun:test";
import { callerEnvironment } from "../../src/client/caller-environment.ts";

const BUN = "bun/1.4.5 npm/? node/v24.3.0 linux x64";

const ROWS = [
  [
    "the caller's own stays",
    { A: "1", EMPTY: "", NODE_ENV: "test" },
    { A: "1", EMPTY: "", NODE_ENV: "test" },
  ],
  ["procman's goes", { PROCMAN: "1", PROCMAN_RUN_ID: "x", PROCMAN_HOME: "/h" }, {}],
  ["PROCMANIA is nobody's business", { PROCMANIA: "1" }, { PROCMANIA: "1" }],
  [
    "channels to the caller's parent go",
    { NODE_CHANNEL_FD: "3", NODE_CHANNEL_SERIALIZATION_MODE: "json" },
    {},
  ],
  [
    "the mark that would end children with the caller goes",
    { BUN_FEATURE_FLAG_NO_ORPHANS: "1" },
    {},
  ],
  ["the node of `bunx --bun` goes", { PATH: "/tmp/bun-node-a1b2:/usr/bin" }, { PATH: "/usr/bin" }],
  [
    "other entries stay, as they are",
    { PATH: "/bun-node/bin::./x/:/usr/bin" },
    { PATH: "/bun-node/bin::./x/:/usr/bin" },
  ],
  [
    "what bunx says about procman goes",
    { npm_config_user_agent: BUN, npm_package_name: "procman", NODE: "/n" },
    {},
  ],
  [
    "a NODE and npm settings of the caller's own stay",
    { NODE: "/n", npm_config_registry: "r" },
    { NODE: "/n", npm_config_registry: "r" },
  ],
] as const;

for (const [promise, env, kept] of ROWS) {
  test(promise, () => {
    expect(callerEnvironment(env)).toEqual(kept as Record<string, string>);
  });
}
