/** Whatever another tool's file says, the importers answer, and what they make is a configuration or told as a fault. */

import { test } from "bun:test";
import fc from "fast-check";
import { folderOf, load } from "./project-folder.ts";

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    "",
    "x",
    "a b",
    "${",
    "$${x}",
    "{{ .x }}",
    "it's",
    "http://[",
    "5s",
    [],
    {},
    [null],
    ["a", 1],
    { a: null },
    { condition: 1 },
    { exec: 1, http_get: { port: {} } },
    { exec: { command: [] } },
    { signal: "x", timeout_seconds: "y" },
  ),
  fc.string({ maxLength: 6 }),
);

const PM2_KEYS =
  "name script args interpreter node_args cwd instances env env_production autorestart max_restarts restart_delay exp_backoff_restart_delay kill_timeout namespace uid stop_exit_codes watch ignore_watch max_memory_restart cron_restart log_file increment_var wait_ready constructor".split(
    " ",
  );
const COMPOSE_KEYS =
  "command entrypoint working_dir environment env_file depends_on availability readiness_probe liveness_probe ready_log_line shutdown disabled replicas namespace schedule vars is_tty constructor".split(
    " ",
  );

const mapOf = (keys: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...keys), junk, { maxKeys: 6, noNullPrototype: true });

const file = fc.oneof(
  fc
    .array(fc.record({ script: fc.constant("x"), more: mapOf(PM2_KEYS) }), { maxLength: 3 })
    .map((apps): [string, unknown] => [
      "ecosystem.config.json",
      { apps: apps.map(({ script, more }) => ({ script, ...more })) },
    ]),
  fc
    .record({ top: mapOf(COMPOSE_KEYS), a: mapOf(COMPOSE_KEYS), b: mapOf(COMPOSE_KEYS) })
    .map(({ top, a, b }): [string, unknown] => [
      "process-compose.yaml",
      Bun.YAML.stringify({ ...top, processes: { a: { command: "x", ...a }, "b:c": b } }),
    ]),
  fc
    .array(fc.string({ maxLength: 12 }), { maxLength: 4 })
    .map((lines): [string, unknown] => ["Procfile", `a: x\n${lines.join("\n")}`]),
);

test("whatever another tool's file says, there is a project or a problem that is told", async () => {
  await fc.assert(
    fc.asyncProperty(file, async ([name, content]) => {
      const result = await load(folderOf({ [name]: content }));
      if (!result.ok && result.problems.length === 0) throw new Error("neither");
    }),
    { numRuns: 300 },
  );
});
