import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../src/config/program.ts";
import { folderOf, loaded, problemsOf } from "./project-folder.ts";

const FILE = "procman.config.ts";

describe("a configuration program", () => {
  test.each([
    ["a map", `export default { processes: { a: "x" } };`],
    ["a promise", `export default Promise.resolve({ processes: { a: "x" } });`],
    ["a function", `export default () => ({ processes: { a: "x" } });`],
    ["an async function", `export default async () => ({ processes: { a: "x" } });`],
    [
      "what defineConfig gives",
      `import { defineConfig } from "procman"; export default defineConfig({ processes: { a: "x" } });`,
    ],
    ["what another file gives", `export { default } from "./other.ts";`],
  ])("may export %s", async (_, program) => {
    const { spec } = await loaded({
      [FILE]: program,
      "other.ts": `export default { processes: { a: "x" } };`,
    });
    expect(Object.keys(spec.processes)).toEqual(["a"]);
  });

  test("is called with the caller's environment and the profiles", async () => {
    const program = `export default ({ env, profile, profiles }) => ({
      profiles: { one: [], two: [] },
      processes: { a: ["x", env.GIVEN, profile, profiles.length].join(" ") },
    });`;
    const { spec } = await loaded(
      { [FILE]: program },
      { env: { GIVEN: "y" }, profiles: ["two", "one"] },
    );
    expect(spec.processes["a"]!.command).toMatchObject({ line: "x y two 2" });
  });

  test("gets the procman that runs, though another one is installed beside it", async () => {
    const { spec } = await loaded({
      [FILE]: `import { defineConfig } from "procman"; export default defineConfig({ processes: { a: "x" } });`,
      "node_modules/procman/package.json": { name: "procman", main: "old.js" },
      "node_modules/procman/old.js": "throw new Error('the old one');",
    });
    expect(Object.keys(spec.processes)).toEqual(["a"]);
  });

  test("is not touched by the bunfig.toml and the .env of its project", async () => {
    const { spec } = await loaded({
      [FILE]: `export default { processes: { a: process.env.FROM_DOTENV ?? "none" } };`,
      "bunfig.toml": `preload = ["./missing.ts"]`,
      ".env": "FROM_DOTENV=yes",
    });
    expect(spec.processes["a"]!.command).toMatchObject({ line: "none" });
  });

  test("prints to stderr, and nothing that it prints is taken for its result", async () => {
    const folder = folderOf({
      [FILE]: `console.log('{"ok":true,"data":{}}'); console.error("two"); export default { processes: { a: "x" } };`,
    });
    const script = `
      import { loadProject } from ${JSON.stringify(join(import.meta.dir, "../../src/config/load.ts"))};
      const result = await loadProject({ directory: ${JSON.stringify(folder)}, files: [], project: null, profiles: [], env: {} });
      console.log(result.ok && Object.keys(result.project.spec.processes).join());`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("a\n");
    expect(await new Response(child.stderr).text()).toBe('{"ok":true,"data":{}}\ntwo\n');
  });

  test("may leave servers and timers behind; they are not waited for", async () => {
    const program = `setInterval(() => {}, 1000); export default { processes: { a: "x" } };`;
    expect((await loaded({ [FILE]: program })).spec.processes["a"]).toBeDefined();
  });
});

describe("a configuration program that goes wrong is told of", () => {
  test.each([
    [
      "throws",
      `const x = 1;\nthrow new Error("no database");`,
      `${FILE}:2: cannot be read: no database`,
    ],
    [
      "rejects",
      `export default Promise.reject(new TypeError("no"));`,
      `${FILE}:1: cannot be read: TypeError: no`,
    ],
    ["throws something odd", `throw "text";`, `${FILE}: cannot be read: it threw text`],
    [
      "throws when called",
      `export default () => {\n  throw new Error("called");\n};`,
      `${FILE}:2: cannot be read: called`,
    ],
    [
      "throws later",
      `setTimeout(() => { throw new Error("late"); }, 1);\nexport default new Promise(() => {});`,
      `${FILE}:1: cannot be read: late`,
    ],
    [
      "imports what is not there",
      `import "./nope.ts";\nexport default {};`,
      `${FILE}: cannot be read: Cannot find module './nope.ts'`,
    ],
    [
      "has no default export",
      `export const config = {};`,
      `${FILE}: cannot be read: it has no default export`,
    ],
    [
      "exits",
      `process.exit(3);`,
      `${FILE}: cannot be read: it ended (exit code 3) without giving a configuration`,
    ],
    [
      "kills itself",
      `process.kill(process.pid, "SIGKILL");`,
      `${FILE}: cannot be read: it ended (SIGKILL) without`,
    ],
    [
      "never settles",
      `export default new Promise(() => {});`,
      `${FILE}: cannot be read: it ended (exit code 0) without`,
    ],
    [
      "writes where the result goes",
      `require("fs").writeSync(3, "x"); export default {};`,
      `${FILE}: cannot be read: it wrote to descriptor 3`,
    ],
    [
      "gives a number",
      `export default 42;`,
      `${FILE}: expected a map of project keys, got a number`,
    ],
    [
      "gives nothing",
      `export default () => undefined;`,
      `${FILE}: expected a map of project keys, got nothing`,
    ],
    [
      "gives functions",
      `export default { processes: { a: () => 1 } };`,
      `${FILE}: processes.a: expected plain data, got a function`,
    ],
    [
      "gives objects",
      `export default { env: { D: new Date() } };`,
      `${FILE}: env.D: expected plain data, got a Date`,
    ],
    [
      "gives a cycle",
      `const a = {}; a.a = a; export default { env: a };`,
      `${FILE}: env.a: expected plain data, got a value that contains itself`,
    ],
    [
      "gives objects without a constructor",
      `export default { env: Object.create(Object.create(null)) };`,
      `${FILE}: env: expected plain data, got a special object`,
    ],
    [
      "gives what has no bottom",
      `let a = {}; for (let i = 0; i < 100_000; i++) a = { a }; export default a;`,
      `${FILE}: cannot be read: it is nested deeper than 48`,
    ],
    [
      "gives too much",
      `export default { env: { A: "x".repeat(10_000_000) } };`,
      `${FILE}: cannot be read: it gave 10`,
    ],
    [
      "gives NaN",
      `export default { concurrency: Number("x") };`,
      `${FILE}: concurrency: expected plain data, got NaN`,
    ],
  ])("%s", async (_, program, expected) => {
    const problems = await problemsOf({ [FILE]: program });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(expected);
  });

  test("hangs: it is ended when its time is up", async () => {
    const folder = folderOf({ [FILE]: "for (;;);" });
    const result = await runProgram({
      file: join(folder, FILE),
      profiles: [],
      env: {},
      timeoutMs: 100,
    });
    expect(result).toMatchObject({
      ok: false,
      faults: [{ message: "it did not end within 100ms" }],
    });
  });

  test("and leaves nothing behind in the temporary directory", async () => {
    const folder = folderOf({ [FILE]: "process.exit(1);", "tmp/mine": "" });
    const script = `
      import { runProgram } from ${JSON.stringify(join(import.meta.dir, "../../src/config/program.ts"))};
      const result = await runProgram({ file: ${JSON.stringify(join(folder, FILE))}, profiles: [], env: {} });
      console.log(result.ok);`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      env: { ...process.env, TMPDIR: join(folder, "tmp") },
      stdout: "pipe",
    });
    expect(await new Response(child.stdout).text()).toBe("false\n");
    expect(readdirSync(join(folder, "tmp"))).toEqual(["mine"]);
  });
});
