import { describe, expect, test } from "bun:test";
import { runsOnBun, withUsualBalance } from "../../src/core/usual-balance.ts";
import type { BalanceSpec } from "../../src/model/balance.ts";
import type { ProcessSpec } from "../../src/model/spec.ts";
import { drawFeatures, drawProject } from "../simulation/draw.ts";
import { Random } from "../simulation/random.ts";

const line = (text: string) => ({ kind: "line", line: text, shell: ["sh", "-c"] }) as const;

describe("what Bun runs itself shares a port by the kernel", () => {
  test.each<[string, boolean]>([
    ["bun server.ts", true],
    ["bun run server.ts", true],
    ["bun --smol run src/server.mjs --verbose", true],
    ["/usr/local/bin/bun run ./index.tsx", true],
    // What a script of package.json runs nobody knows: it may be Node.
    ["bun start", false],
    ["bun run dev", false],
    ["bunx vite", false],
    ["bun", false],
    ["node server.js", false],
    ["bun server.ts | tee log", false],
    ["NODE_ENV=production bun server.ts", false],
    ["./server.ts", false],
  ])("%s: %p", (command, expected) => expect(runsOnBun(line(command))).toBe(expected));

  test("a list of words is not taken apart", () => {
    expect(runsOnBun({ kind: "list", argv: ["bun", "run", "my server.ts"] })).toBe(true);
    expect(runsOnBun({ kind: "list", argv: ["bun", "-e", "Bun.serve({})"] })).toBe(true);
    expect(runsOnBun({ kind: "list", argv: ["bun server.ts"] })).toBe(false);
  });
});

describe("several instances with a port share it when nobody says how", () => {
  const [drawn] = Object.values(
    drawProject(new Random(1), drawFeatures(new Random(1), 1)).processes,
  );
  const spec = (changes: Partial<ProcessSpec>): ProcessSpec => ({
    ...drawn!,
    command: line("bun server.ts"),
    port: 3000,
    instances: 2,
    ...changes,
  });
  test.each<[string, Partial<ProcessSpec>, boolean, BalanceSpec["mode"] | undefined]>([
    ["a Bun program on Linux", {}, true, "reuseport"],
    ["a Bun program elsewhere", {}, false, "proxy"],
    ["any other program", { command: line("node server.js") }, true, "proxy"],
    [
      "one whose port is chosen",
      { port: null, portChoice: { from: null, bump: 0 } },
      true,
      "reuseport",
    ],
    ["one instance", { instances: 1 }, true, undefined],
    ["no port", { port: null }, true, undefined],
    ["what was said", { balance: { mode: "none" } }, true, "none"],
  ])("%s", (_, changes, reuses, expected) => {
    expect(withUsualBalance(spec(changes), reuses).balance?.mode).toBe(expected);
  });
});
