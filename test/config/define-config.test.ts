import { describe, expect, test } from "bun:test";
import { faultsOfProgram } from "./compiled.ts";

/** Each runs the type checker. */
const SLOW_MS = 60_000;

/** Of a program that exports this. */
function check(exported: string): Promise<string> {
  return faultsOfProgram(`import { defineConfig } from "procman";\nexport default ${exported};\n`);
}

describe("defineConfig compiles", () => {
  test.each([
    `defineConfig({ processes: { a: "x", b: { command: ["x"], port: 3000, restart: "always" } } })`,
    `defineConfig({ "x-mine": 1, processes: { a: { command: "x", "x-too": [], stop: { "x-three": 3 } } } })`,
    `defineConfig({ processes: { a: { command: "x", dependsOn: { b: "ready", c: { timeout: 4 } }, autostart: "\${A:-true}" } } })`,
    `defineConfig(({ env, profile }) => ({ processes: { a: { command: env["A"] ?? "x", restart: profile ? "no" : "always" } } }))`,
    `defineConfig({ env: null, defaults: { stop: null }, processes: { a: { command: "x", port: null }, b: null }, groups: { g: null } })`,
    `defineConfig(() => ({ processes: { a: { command: ["x"], stop: null, ready: [{ tcp: 1 }, { "x-why": 1, http: "y" }] } } }))`,
    `defineConfig(async () => ({ env: { A: null }, processes: Object.fromEntries([["a", { command: "x" }]]) }))`,
  ])(
    "%s",
    async (program) => {
      expect(await check(program)).toBe("");
    },
    SLOW_MS,
  );
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
    [
      `defineConfig({ processes: { a: { command: "x", restart: { backoff: { jiter: 1 } } } } })`,
      "'jiter' does not exist",
    ],
    [
      `defineConfig({ processes: { a: { command: "x", health: { http: { url: "u", metod: "GET" } } } } })`,
      "'metod' does not exist",
    ],
    [
      `defineConfig({ processes: { a: { command: "x", ready: [{ resource: { cpu: { waning: 1 } } }] } } })`,
      "'waning' does not exist",
    ],
    [
      `defineConfig({ processes: { a: { command: "x", dependsOn: { b: { condtion: "ready" } } } } })`,
      "'condtion' does not exist",
    ],
    [`defineConfig({ defaults: { log: { maxsize: 1 } } })`, "'maxsize' does not exist"],
    [`defineConfig({ groups: { g: { member: [] } } })`, "'member' does not exist"],
    [`defineConfig({ profiles: { p: { process: [] } } })`, "'process' does not exist"],
    [
      `defineConfig({ alerts: [{ on: ["*"], webhook: { url: "u", secrt: "s" } }] })`,
      "'secrt' does not exist",
    ],
    [
      `defineConfig(() => ({ processes: { a: { command: "x", ready: [{ tcp: 1, interva: 2 }] } } }))`,
      "interva",
    ],
    [`defineConfig(async () => ({ alerts: [{ on: ["*"], webhook: { ulr: "u" } }] }))`, "ulr"],
    [`defineConfig(Promise.resolve({ proceses: {} }))`, "proceses"],
    [`defineConfig(() => ({ processes: { a: { command: "x", prot: 1 } } }))`, "prot"],
    [
      `defineConfig(async () => ({ processes: { a: { command: "x", ready: { tcp: 1, interva: 2 } } } }))`,
      "interva",
    ],
  ])(
    "%s",
    async (program, expected) => {
      expect(await check(program)).toContain(expected);
    },
    SLOW_MS,
  );
});
