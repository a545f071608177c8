/** What children find open when they start, beside a daemon that has much open itself. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

test.skipIf(process.platform !== "linux")(
  "F59: a child of a busy daemon, its probes and its hooks have 0, 1 and 2 open, and nothing else of the daemon",
  async () => {
    using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const list = join(FIXTURES, "list-fds.sh");
    const busy = {
      command: ["sh", "-c", "while :; do echo x; sleep 0.01; done"],
      health: [
        { http: `http://127.0.0.1:${server.port}/`, interval: "10ms" },
        { log: "y", interval: "10ms" },
      ],
      stdin: true,
      instances: 5,
      log: { maxSize: "4KiB", file: "busy.log" },
    };
    const child = {
      command: ["sh", "-c", `${list} > child.fds 2> child.error; exec sleep 1000`],
      health: { exec: `${list} > probe.fds 2> probe.error` },
      hooks: { beforeStart: `${list} > hook.fds 2> hook.error` },
      dependsOn: ["busy"],
    };
    await using sandbox = new Sandbox({
      processes: { busy, tty: { command: "cat", tty: true }, child },
    });
    await sandbox.ok("up", "-d");
    for (const who of ["hook", "child", "probe"]) {
      const lines = await eventually(`${who} to look`, async () => {
        const value = await Bun.file(join(sandbox.directory, `${who}.fds`))
          .text()
          .catch(() => "");
        return { value: value.trim().split("\n"), done: value.split("\n").length > 3 };
      });
      expect([who, lines.map((line) => line.split(" ")[0])]).toEqual([who, ["0", "1", "2"]]);
    }
  },
  60_000,
);
