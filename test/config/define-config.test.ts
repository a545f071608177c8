import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { folderOf } from "./project-folder.ts";

const ROOT = join(import.meta.dir, "../..");

/** What the type checker says of a configuration program; empty when it is content. */
async function check(program: string): Promise<string> {
  const folder = folderOf({
    "procman.config.ts": `import { defineConfig } from "procman";\nexport default ${program};\n`,
    "tsconfig.json": {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        paths: { procman: [join(ROOT, "src/index.ts")] },
        types: [join(ROOT, "node_modules/bun-types")],
      },
      include: ["*.ts"],
    },
  });
  const child = Bun.spawn([process.execPath, "check"], {
    cwd: folder,
    stdout: "pipe",
    stderr: "ignore",
  });
  const lines = (await new Response(child.stdout).text()).split("\n");
  return lines.filter((line) => /^(?:procman\.config|\s)/.test(line)).join("\n");
}

describe("defineConfig compiles", () => {
  test.each([
    `defineConfig({ processes: { a: "x", b: { command: ["x"], port: 3000, restart: "always" } } })`,
    `defineConfig({ "x-mine": 1, processes: { a: { command: "x", "x-too": [], stop: { "x-three": 3 } } } })`,
    `defineConfig({ processes: { a: { command: "x", dependsOn: { b: "ready", c: { timeout: 4 } }, autostart: "\${A:-true}" } } })`,
    `defineConfig(({ env, profile }) => ({ processes: { a: { command: env["A"] ?? "x", restart: profile ? "no" : "always" } } }))`,
    `defineConfig(async () => ({ env: { A: null }, processes: Object.fromEntries([["a", { command: "x" }]]) }))`,
  ])("%s", async (program) => {
    expect(await check(program)).toBe("");
  });
});

describe("defineConfig does not compile", () => {
  test.each([
    [`defineConfig({ proceses: {} })`, "'proceses' does not exist"],
    [`defineConfig({ processes: { a: { comand: "x" } } })`, "'comand' does not exist"],
    [
      `defineConfig({ processes: { a: { command: "x", restart: { polcy: "no" } } } })`,
      "'polcy' does not exist",
    ],
    [
      `defineConfig({ processes: { a: { command: "x", restart: "alwys" } } })`,
      `'"alwys"' is not assignable`,
    ],
    [`defineConfig(() => ({ processes: { a: { command: "x", prot: 1 } } }))`, "prot"],
    [
      `defineConfig(async () => ({ processes: { a: { command: "x", ready: { tcp: 1, interva: 2 } } } }))`,
      "interva",
    ],
  ])("%s", async (program, expected) => {
    expect(await check(program)).toContain(expected);
  });
});
