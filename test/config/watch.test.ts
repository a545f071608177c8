/** What is written of watching, and what of it is refused. */

import { describe, expect, test } from "bun:test";
import { problemsOf, processOf } from "./project-folder.ts";

describe("what is watched is resolved, relative to the working directory", () => {
  test.each([
    [
      { command: "x", cwd: "/app", watch: true },
      {
        watch: {
          paths: ["/app"],
          include: [],
          exclude: [],
          debounceMs: 200,
          action: { kind: "restart" },
        },
      },
    ],
    [
      { command: "x", cwd: "/app", watch: { paths: "src", include: "*.ts", action: "signal:hup" } },
      {
        watch: {
          paths: ["/app/src"],
          include: ["*.ts"],
          action: { kind: "signal", signal: "SIGHUP" },
        },
      },
    ],
    [{ command: "x", watch: { action: "reload" } }, { watch: { action: { kind: "reload" } } }],
    [
      { command: "x", watch: { action: "exec: make ${PROCMAN_PROCESS}", cascade: false } },
      { watch: { action: { kind: "exec", line: "make ${PROCMAN_PROCESS}" } } },
    ],
  ])("%j", async (written, resolved) => {
    expect(await processOf(written)).toMatchObject(resolved);
  });

  test.each([false, "false", undefined])("%p asks for nothing", async (watch) => {
    expect(await processOf({ command: "x", watch })).not.toHaveProperty("watch");
  });
});

describe("what cannot be watched so is refused", () => {
  const path = "a path without `*`; globs stand in `include`";
  const action = '"restart", "reload", "signal:SIGHUP" or "exec:COMMAND"';
  test.each([
    ["'src/*.ts'", "watch", path],
    ["{ paths: ['src/*'] }", "watch.paths[0]", path],
    ["{ action: 'signal:NOPE' }", "watch.action", action],
    ["{ action: 'exec: ' }", "watch.action", action],
    ["{ action: again }", "watch.action", action],
    [
      "{ action: 'signal:HUP', cascade: true }",
      "watch.cascade",
      'false, for it goes with the action "restart" only',
    ],
    ["{ action: reload }, port: 80", "watch.action", "two runs of it cannot listen on port 80 at"],
    ["{ action: reload }, port: auto", "watch.action", "two runs of it cannot listen on its port"],
    ["{ action: reload }, tty: true", "watch.action", "it runs on a terminal"],
  ])("%s", async (watch, key, expected) => {
    const files = { "procman.yaml": `processes: { a: { command: x, watch: ${watch} } }` };
    const [problem] = await problemsOf(files);
    expect(problem).toContain(`processes.a.${key}: `);
    expect(problem).toContain(expected);
  });
});
