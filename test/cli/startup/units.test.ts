/** The units that start procman with the machine, as they are written. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "bun:test";
import type { BootPlan } from "../../../src/cli/startup/boot-plan.ts";
import { launchd } from "../../../src/cli/startup/launchd.ts";
import { systemd } from "../../../src/cli/startup/systemd.ts";

const PLAN: BootPlan = {
  name: "procman",
  scope: "user",
  user: "ann",
  userDirectory: "/home/ann",
  configDirectory: "/home/ann/.config",
  home: "/home/ann/100% mine & 'yours'",
  daemon: ["/bin/echo", "daemon", "--home", "/home/ann/100% mine & 'yours'"],
  resurrect: ["/bin/echo", "resurrect", "$HOME", "<&>"],
  environment: { PATH: "/usr/bin:/bin", QUOTED: 'a "b" c' },
};

const SCOPES = ["user", "system"] as const;
const CHECKER = Bun.which("systemd-analyze");

for (const scope of SCOPES) {
  test.skipIf(CHECKER === null)(
    `systemd finds no fault in the unit of the ${scope}`,
    () => {
      const directory = mkdtempSync(join(tmpdir(), "procman-unit-"));
      try {
        const path = join(directory, "procman.service");
        writeFileSync(path, systemd.unit({ ...PLAN, scope, user: "root" }).text);
        const { exitCode, stderr } = Bun.spawnSync(
          ["systemd-analyze", `--${scope}`, "--man=no", "verify", path],
          { env: { ...process.env, XDG_RUNTIME_DIR: directory, HOME: directory } },
        );
        const faults = stderr
          .toString()
          .split("\n")
          .filter((line) => line.includes("procman"));
        expect([exitCode, faults]).toEqual([0, []]);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
    30_000,
  );
}

test("under systemd the processes outlive a daemon that dies, and one of them that is killed for memory", () => {
  const lines = systemd.unit(PLAN).text.split("\n");
  for (const line of ["KillMode=process", "Restart=on-failure", "OOMPolicy=continue"]) {
    expect(lines).toContain(line);
  }
  expect(lines).toContain("RestartPreventExitStatus=75");
});

test("a unit stands where its service looks for it", () => {
  const rows = SCOPES.flatMap((scope) =>
    [systemd, launchd].map((service) => {
      const { path, link } = service.unit({ ...PLAN, scope });
      return [path, link];
    }),
  );
  expect(rows).toEqual([
    [
      "/home/ann/.config/systemd/user/procman.service",
      "/home/ann/.config/systemd/user/default.target.wants/procman.service",
    ],
    ["/home/ann/Library/LaunchAgents/dev.procman.procman.plist", null],
    [
      "/etc/systemd/system/procman.service",
      "/etc/systemd/system/multi-user.target.wants/procman.service",
    ],
    ["/Library/LaunchDaemons/dev.procman.procman.plist", null],
  ]);
});

test("the list for launchd is well-formed, and its shell reads the commands as they are meant", async () => {
  const { text } = launchd.unit({ ...PLAN, scope: "system" });
  const strings: string[] = [];
  const depth = { now: 0, least: 0 };
  await new HTMLRewriter()
    .on("*", {
      element(element) {
        depth.now += 1;
        if (element.selfClosing) depth.now -= 1;
        else element.onEndTag(() => void (depth.now -= 1));
      },
    })
    .transform(new Response(text))
    .text();
  expect(depth.now).toBe(0);
  for (const [, inner = ""] of text.matchAll(/<string>(.*?)<\/string>/gs)) {
    strings.push(inner.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
  }
  expect(text).toContain("<key>AbandonProcessGroup</key>\n<true/>");
  expect(text).toContain("<key>SuccessfulExit</key>\n<false/>");
  const script = strings[strings.indexOf("-c") + 1] ?? "";
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", script]);
  expect(stdout.toString().split("\n").toSorted()).toEqual([
    "",
    "daemon --home /home/ann/100% mine & 'yours'",
    "resurrect $HOME <&>",
  ]);
});
