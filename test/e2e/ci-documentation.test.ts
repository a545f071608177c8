/** The workflows of docs/ci.md, run step by step as GitHub would, on the project that the page shows. */

import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type Ran, Sandbox } from "./sandbox.ts";

const SLOW_MS = 180_000;
const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");
const TEXT = readFileSync(join(import.meta.dir, "../../docs/ci.md"), "utf8");
const FILES = Object.fromEntries(
  [...TEXT.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = "", content = ""]) => {
    return [name, content] as const;
  }),
);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly run?: string;
}

function stepsOf(workflow: string): readonly Step[] {
  const { jobs } = Bun.YAML.parse(FILES[`.github/workflows/${workflow}.yml`] ?? "") as {
    jobs: { test: { steps: readonly Step[] } };
  };
  return jobs.test.steps;
}

/** The project of the page, with the package in its place and some files otherwise. */
function project(changed: Readonly<Record<string, string>> = {}): Sandbox {
  const sandbox = new Sandbox(null, { CI: "true", GITHUB_ACTIONS: "true" });
  for (const [name, content] of Object.entries({ ...FILES, ...changed })) {
    if (!name.startsWith(".github/")) sandbox.write(name, content);
  }
  sandbox.write("package.json", JSON.stringify({ private: true }));
  const programs = join(sandbox.directory, "node_modules/.bin");
  mkdirSync(programs, { recursive: true });
  symlinkSync(MAIN, join(programs, "procman"));
  return sandbox;
}

/** Runs the steps that GitHub would; by the name or command of each. */
async function runWorkflow(sandbox: Sandbox, steps: readonly Step[]): Promise<Map<string, Ran>> {
  const added = join(sandbox.root, "github-path");
  writeFileSync(added, "");
  const done = new Map<string, Ran>();
  let failed = false;
  for (const { name, run, uses, if: condition } of steps) {
    const runs = { "always()": true, "failure()": failed, "": !failed }[condition ?? ""];
    if (runs === undefined) throw new Error(`it is not known when '${condition}' holds`);
    if (run === undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    if (run === undefined || !runs) continue;
    const script = join(sandbox.root, "step.sh");
    writeFileSync(script, run);
    const path = readFileSync(added, "utf8").trim().replaceAll("\n", ":");
    const line = `PATH="${path}:$PATH" GITHUB_PATH='${added}' bash -e '${script}'`;
    const ran = await sandbox.shell(line);
    done.set(name ?? run, ran);
    failed ||= ran.code !== 0;
  }
  return done;
}

function codesOf(done: ReadonlyMap<string, Ran>): [string, number][] {
  return [...done].map(([name, { code }]) => [name, code]);
}

const SET_UP: [string, number][] = [
  ["bun install --frozen-lockfile", 0],
  ['echo "$PWD/node_modules/.bin" >> "$GITHUB_PATH"', 0],
];

const WRONG_SUMS = (FILES["server.ts"] ?? "").replace("Number(params.a) +", "Number(params.a) -");
const NO_SERVER = "console.error('no such table'); process.exit(1);";

test(
  "the workflow of one command passes, fails with its tests, and fails with what cannot start",
  async () => {
    const [check, all] = ["Check the configuration", "Test with everything up"];
    const rows = [
      [{}, 0, /^ 1 pass$/m],
      [{ "server.ts": WRONG_SUMS }, 1, /^ 1 fail$/m],
      [
        { "server.ts": NO_SERVER },
        1,
        /^::error title=sums\/api\.1 failed::Cannot .*%0AThe last output of api:.*no such table/m,
      ],
    ] as const;
    for (const [changed, code, said] of rows) {
      await using sandbox = project(changed);
      const done = await runWorkflow(sandbox, stepsOf("test"));
      expect(codesOf(done)).toEqual([...SET_UP, [check, 0], [all, code]]);
      expect(done.get(all)?.stderr).toMatch(said);
      expect(done.get(all)?.stderr).toMatch(/^::group::procman: starting sums$/m);
      expect(readdirSync(join(sandbox.directory, "ci-logs"))).toContain("events.jsonl");
      expect((await sandbox.list()).filter(({ pid }) => pid !== null)).toEqual([]);
    }
  },
  SLOW_MS,
);

test(
  "the workflow of several steps passes, and reports, shows output and stops when one has failed",
  async () => {
    const rows = [
      [{}, ["Start", "Test", "Is all of it still well?", "Report", "Stop"], null],
      [{ "server.ts": WRONG_SUMS }, ["Start", "Test", "Report", "What they wrote", "Stop"], "Test"],
      [{ "server.ts": NO_SERVER }, ["Start", "Report", "What they wrote", "Stop"], "Start"],
    ] as const;
    for (const [changed, names, red] of rows) {
      await using sandbox = project(changed);
      const done = await runWorkflow(sandbox, stepsOf("stages"));
      const codes = names.map((name): [string, number] => [name, name === red ? 1 : 0]);
      expect(codesOf(done)).toEqual([...SET_UP, ...codes]);
      expect(sandbox.read("health.xml")).toContain('<testsuites tests="2" failures="');
      expect(done.get("Start")?.stderr).toMatch(/^::endgroup::$/m);
      expect(done.get("Start")?.stderr.includes("::error")).toBe(red === "Start");
      if (red !== null) {
        const wrote = red === "Test" ? "adds up at port" : "no such table";
        expect(done.get("What they wrote")?.stdout).toContain(wrote);
      }
      expect(await sandbox.list("--all")).toEqual([]);
      expect(existsSync(join(sandbox.directory, "data/prepared"))).toBe(true);
    }
  },
  SLOW_MS,
);
