/** What a GitHub Actions workflow is shown, and what a log without a terminal is. */

import { expect, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const WORKFLOW = { GITHUB_ACTIONS: "true" };

const PROJECT = {
  name: "shop",
  processes: {
    db: "sleep 1000",
    bad: {
      command: ["sh", "-c", "echo 'at 100%'; echo '::error::of its own' >&2; exit 3"],
      restart: "no",
      dependsOn: ["db"],
    },
    web: { command: "sleep 1000", dependsOn: { bad: "succeeded" } },
  },
};
/** Ready in the end, and then it fails when the file is there. */
const LATER = {
  name: "shop",
  processes: {
    late: {
      command: ["sh", "-c", "echo up; until [ -e go ]; do sleep 0.05; done; echo broken; exit 4"],
      ready: { log: "^up$" },
      restart: "no",
    },
  },
};

const ANNOTATION =
  /^::error title=shop\/bad\.1 failed::.*%0A%0AThe last output of bad:%0Aat 100%25%0A::error::of its own$/;

for (const args of [
  ["up", "--wait"],
  ["exec", "--", "true"],
  ["up", "--abort-on-failure"],
]) {
  test(
    `${args.join(" ")} in a workflow: its start is a group, what failed an annotation with its last output`,
    async () => {
      await using sandbox = new Sandbox(PROJECT);
      const inWorkflow = await sandbox.runWith(WORKFLOW, ...args);
      const lines = inWorkflow.stderr.split("\n");
      const end = lines.indexOf("::endgroup::");
      const commands = lines.filter((line) => line.startsWith("::"));
      expect(inWorkflow.code).not.toBe(0);
      if (args.length > 2) expect(inWorkflow.code).toBe(1);
      expect(commands).toEqual([
        "::group::procman: starting shop",
        "::endgroup::",
        expect.stringMatching(ANNOTATION),
      ]);
      expect(lines.findIndex((line) => ANNOTATION.test(line))).toBeGreaterThan(end);
      expect(inWorkflow.stdout).not.toMatch(/^::/m);

      await sandbox.ok("down");
      for (const env of [{}, { GITHUB_ACTIONS: "false" }]) {
        const elsewhere = await sandbox.runWith(env, ...args);
        expect(elsewhere.code).toBe(inWorkflow.code);
        expect(elsewhere.stdout + elsewhere.stderr).not.toMatch(/^::|group/m);
        await sandbox.ok("down");
      }
      const asJson = await sandbox.runWith(WORKFLOW, ...args.toSpliced(1, 0, "--json"));
      expect(asJson.stderr).not.toMatch(/^::/m);
    },
    SLOW_MS,
  );
}

test(
  "what is still starting when another one fails has no annotation",
  async () => {
    const processes = {
      bad: { command: ["sh", "-c", "sleep 0.3; exit 3"], restart: "no", ready: { after: "1h" } },
      slow: { command: "sleep 1000", ready: { after: "1h" } },
    };
    await using sandbox = new Sandbox({ name: "shop", processes });
    const { code, stderr } = await sandbox.runWith(WORKFLOW, "exec", "--", "true");
    const annotations = stderr.split("\n").filter((line) => line.startsWith("::error"));
    expect([code, annotations]).toEqual([
      1,
      [expect.stringContaining("::error title=shop/bad.1 failed::")],
    ]);
  },
  SLOW_MS,
);

test(
  "up -d in a workflow: what is no program is an annotation",
  async () => {
    await using sandbox = new Sandbox({ name: "shop", processes: { api: "no-such-program" } });
    const { code, stderr } = await sandbox.runWith(WORKFLOW, "up", "-d");
    expect([code, stderr.split("\n")[0]]).toEqual([1, "::group::procman: starting shop"]);
    expect(stderr).toMatch(/^::endgroup::\n::error title=shop\/api\.1 failed::.*no-such-program/m);
  },
  SLOW_MS,
);

test(
  "what is not ready in time is an annotation, and not those that wait for it",
  async () => {
    const slow = { command: ["sh", "-c", "echo begun; exec sleep 1000"], ready: { tcp: "9" } };
    const web = { command: "sleep 1000", dependsOn: ["slow"] };
    await using sandbox = new Sandbox({ name: "shop", processes: { slow, web } });
    const patience = ["--timeout", "1500ms"];
    for (const args of [
      ["up", "--wait", ...patience],
      ["exec", ...patience, "--", "true"],
    ]) {
      const ran = await sandbox.runWith(WORKFLOW, ...args);
      expect([args, ran.code]).toEqual([args, 124]);
      const errors = ran.stderr.split("\n").filter((line) => line.startsWith("::error"));
      expect(errors).toEqual([
        expect.stringMatching(/^::error title=shop\/slow\.1 is not up::.*%0Abegun$/),
      ]);
      // A start that is waited for says so inside of the group.
      expect(ran.stderr.slice(0, ran.stderr.indexOf("::endgroup::"))).toContain("waiting for");
    }
  },
  SLOW_MS,
);

test(
  "what fails while the command of exec runs, or in the foreground after its start, is an annotation",
  async () => {
    await using sandbox = new Sandbox(LATER);
    const wanted = /^::error title=shop\/late\.1 failed::exited with code 4%0A.*%0Aup%0Abroken$/m;
    const script = "touch go; until [ -e seen ]; do sleep 0.05; done; rm go";
    const exec = sandbox.spawn(["exec", "--", "sh", "-c", script], WORKFLOW);
    await sandbox.until("late", ({ state }) => state === "failed");
    sandbox.write("seen", "");
    expect(await exec.exited).toBe(0);
    const said = await exec.stderr.text();
    expect(said).toMatch(wanted);
    expect(said.indexOf("::endgroup::")).toBeLessThan(said.indexOf("late failed"));

    const up = sandbox.spawn(["up"], WORKFLOW);
    await sandbox.until("late", ({ ready }) => ready);
    sandbox.write("go", "");
    expect(await up.exited).toBe(4);
    const lines = await up.stderr.text();
    expect(lines).toMatch(wanted);
    expect(lines.indexOf("::endgroup::")).toBeLessThan(lines.indexOf("late failed"));
    expect(lines.match(/^::endgroup::$/gm)).toHaveLength(1);
  },
  SLOW_MS,
);

test(
  "without a terminal every line has its process, none has a colour, and nobody is asked anything",
  async () => {
    const question = "if read answer; then echo got it; else echo no input; fi";
    await using sandbox = new Sandbox({
      name: "shop",
      processes: {
        ask: { command: ["sh", "-c", question], restart: "no" },
        bad: { command: ["sh", "-c", "echo oops >&2; exit 3"], restart: "no" },
      },
    });
    // An input that never ends nor says anything, and what others take for a wish for colours.
    const before = "mkfifo in; exec 3<>in; FORCE_COLOR=1 CLICOLOR_FORCE=1 TERM=xterm-256color";
    for (const args of [["up"], ["up", "--wait"], ["exec", "--", "true"], ["ls"], ["health"]]) {
      const ran = await sandbox.shell(`${before} $PROCMAN ${args.join(" ")} <in; rm in`);
      expect([args, ran.stdout + ran.stderr]).toEqual([
        args,
        expect.not.stringContaining("\u001B"),
      ]);
      if (args.length > 1 || args[0] !== "up") continue;
      expect(ran.stdout.split("\n").toSorted()).toEqual([
        "",
        expect.stringMatching(/^ask +\| no input$/),
        expect.stringMatching(/^bad +\| oops$/),
      ]);
      for (const line of ran.stderr.trimEnd().split("\n")) expect(line).toMatch(/^procman \| /);
    }
  },
  SLOW_MS,
);

test("what is wrong with a configuration is an annotation at its line, from the root of the repository", async () => {
  await using sandbox = new Sandbox(null);
  const env = { ...WORKFLOW, GITHUB_WORKSPACE: sandbox.root };
  const annotations = async (...args: string[]): Promise<string[]> => {
    const { code, stderr } = await sandbox.runWith(env, ...args);
    expect(code).toBe(2);
    return stderr.split("\n").filter((line) => line.startsWith("::"));
  };
  const at = (place: string) =>
    expect.stringContaining(`::error file=project/procman.yaml,${place},title=`);
  sandbox.write("procman.yaml", "processes: [1,\nb: 2");
  expect(await annotations("config", "check")).toEqual([at("line=2,col=1")]);
}, 120_000);
