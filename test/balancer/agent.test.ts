import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { withPreload } from "../../src/platform/bun-preload.ts";
import { freePort } from "../free-ports.ts";
import { allOf } from "./served.ts";

const AGENT = resolve(import.meta.dir, "../../src/balancer/agent.ts");
// Elsewhere all connections go to one of those that share a port.
const onLinux = test.skipIf(process.platform !== "linux");

interface Program {
  readonly ownPort: number;
  readonly child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  /** What it writes, up to the next line's end. */
  line(): Promise<string>;
}

/** A program that is told nothing but PORT, under the agent. */
class Programs implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), "procman-test-"));
  readonly #children: Bun.Subprocess[] = [];
  readonly port = freePort();

  start(source: string): Program {
    const ownPort = freePort();
    const path = join(this.directory, `${this.#children.length}.ts`);
    writeFileSync(path, source);
    const child = Bun.spawn([process.execPath, "--config=/dev/null", "--no-env-file", path], {
      env: {
        BUN_OPTIONS: withPreload(undefined, AGENT),
        PORT: String(this.port),
        PROCMAN_OWN_PORT: String(ownPort),
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#children.push(child);
    const reader = child.stdout.getReader();
    const line = async (): Promise<string> => {
      let text = "";
      while (!text.includes("\n")) {
        const { done, value } = await reader.read();
        if (done) break;
        text += new TextDecoder().decode(value);
      }
      return text.trim();
    };
    return { ownPort, child, line };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(this.#children.map(({ exited }) => exited));
    rmSync(this.directory, { recursive: true });
  }
}

const SERVERS: readonly (readonly [name: string, source: string])[] = [
  [
    "Bun.serve",
    `Bun.serve({ port: process.env.PORT, fetch: () => new Response("hi") }); console.log("on");`,
  ],
  [
    "Bun.serve without a port",
    `Bun.serve({ fetch: () => new Response("hi") }); console.log("on");`,
  ],
  [
    "serve of bun",
    `import { serve } from "bun"; serve({ port: Number(process.env.PORT), fetch: () => new Response("hi") }); console.log("on");`,
  ],
  ["export default", `console.log("on"); export default { fetch: () => new Response("hi") };`],
  [
    "an instance of a class",
    `class App { port = Number(process.env.PORT); fetch() { return new Response("hi") } } Bun.serve(new App()); console.log("on");`,
  ],
  [
    "node:http",
    `import { createServer } from "node:http"; createServer((_, it) => it.end("hi")).listen(process.env.PORT, () => console.log("on"));`,
  ],
];

const text = (port: number) => fetch(`http://127.0.0.1:${port}/`).then((it) => it.text());

describe("programs that know nothing of it listen on one port beside each other", () => {
  onLinux.each(SERVERS)("%s", async (_, source) => {
    await using programs = new Programs();
    const both = [programs.start(source), programs.start(source)];
    for (const program of both) expect(await program.line()).toContain("on");
    // "Started development server" comes after the line of the program.
    for (const { ownPort } of both) {
      expect(await untilAnswered(() => text(ownPort))).toBe("hi");
    }
    expect(await text(programs.port)).toBe("hi");
    both[0]?.child.kill("SIGKILL");
    await both[0]?.child.exited;
    expect(await text(programs.port)).toBe("hi");
  });

  onLinux("node:net, whose own port only tells that it is there", async () => {
    await using programs = new Programs();
    const source = `import { createServer } from "node:net"; createServer((it) => it.end("hi")).listen(Number(process.env.PORT), () => console.log("on"));`;
    const both = [programs.start(source), programs.start(source)];
    for (const program of both) expect(await program.line()).toBe("on");
    expect(String(await allOf(connect(programs.port)))).toBe("hi");
    for (const { ownPort } of both) expect(String(await allOf(connect(ownPort)))).toBe("");
  });

  test("another port is its own, and taken for a second one", async () => {
    await using programs = new Programs();
    const port = freePort();
    const source = `try { Bun.serve({ port: ${port}, fetch: () => new Response("hi") }); console.log("on"); } catch (error) { console.log(error.code) }`;
    expect(await programs.start(source).line()).toBe("on");
    expect(await programs.start(source).line()).toBe("EADDRINUSE");
  });
});

const SLOW = `Bun.serve({ port: process.env.PORT, async fetch() { console.log("asked"); await Bun.sleep(300); return new Response("hi") } });`;

describe("when it is told to end", () => {
  test("what is under way is finished, then it ends by the signal", async () => {
    await using programs = new Programs();
    const program = programs.start(`${SLOW} console.log("on");`);
    await program.line();
    const answer = text(programs.port);
    await program.line();
    program.child.kill("SIGTERM");
    expect(await answer).toBe("hi");
    await program.child.exited;
    expect(program.child.signalCode).toBe("SIGTERM");
  });

  test("a program that does something about the signal itself decides when it ends", async () => {
    await using programs = new Programs();
    const program = programs.start(
      `${SLOW} process.on("SIGTERM", () => setTimeout(() => process.exit(7), 50)); console.log("on");`,
    );
    await program.line();
    program.child.kill("SIGTERM");
    expect(await program.child.exited).toBe(7);
  });
});

async function untilAnswered(ask: () => Promise<string>): Promise<string> {
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return answer;
    await Bun.sleep(10);
  }
}
