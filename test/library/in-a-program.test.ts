/** `ProcessManager` in a program of its own: its memory, and its faults. */

import { expect, test } from "bun:test";
import { resolve } from "node:path";

const SLOW_MS = 30_000;

test(
  "of one that floods no more is held than is kept",
  async () => {
    // In a program of its own, whose memory is its own.
    const said = await saidBy(`
    const id = manager.spawnProcess({ command: "sh", args: ["-c", "yes some-text | head -c 100000000"] });
    let characters = 0, mostBytes = 0;
    manager.on("stdout", ({ data }) => {
      characters += data.length;
      mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
    });
    const beforeBytes = process.memoryUsage.rss();
    await manager.waitForExit(id);
    console.log(JSON.stringify([characters, Math.round((mostBytes - beforeBytes) / 2 ** 20)]));`);
    const [characters, grownMegabytes = Infinity] = JSON.parse(said) as number[];
    expect(characters).toBe(100_000_000);
    expect(grownMegabytes).toBeLessThan(150);
  },
  SLOW_MS,
);

test("a listener that throws costs no process its restart, and is told of", async () => {
  const said = await saidBy(`
    process.on("uncaughtException", ({ message }) => console.log(message));
    manager.on("exit", () => { throw new Error("by the listener"); });
    const id = manager.spawnProcess({ command: "sh", args: ["-c", "exit 1"], autoRestart: true });
    await manager.waitForExit(id).then(() => Bun.sleep(0));
    console.log(manager.getProcessStatus(id).restarts);`);
  expect(said).toBe("by the listener\nby the listener\n1\n");
});

/** What a program says that has a manager which restarts once. */
async function saidBy(lines: string): Promise<string> {
  const library = JSON.stringify(resolve(import.meta.dir, "../../src/index.ts"));
  const program = `
    import { ProcessManager } from ${library};
    const manager = new ProcessManager({ restart: { max: 1, backoff: { initialMs: 1 } } });
    ${lines}`;
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = Bun.spawn([process.execPath, "-e", program], { stdio: [...stdio] });
  return child.stdout.text();
}
