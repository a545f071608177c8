/** What clients of the HTTP interface do wrong, by mistake or on purpose: the daemon lives, and others are served. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const OTHERS_MS = 1_000;

let sandbox: Sandbox;
let socket: string;
let url: URL;
let pid: number;

beforeAll(async () => {
  sandbox = new Sandbox({
    name: "shop",
    processes: {
      api: "sleep 1000",
      flood: {
        command: "yes 'a line of a process that writes much more than is kept' | head -c 150000000",
        restart: "no",
        autostart: false,
        log: { maxSize: "1MB", maxFiles: 1, compress: false },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("daemon", "start", "--listen", "127.0.0.1:0");
  const daemon = await sandbox.daemon();
  url = new URL(daemon.listening?.url ?? "");
  ({ pid } = daemon);
  socket = join(sandbox.home, "daemon.sock");
}, SLOW_MS);

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
}, SLOW_MS);

/** A connection that says this, and what comes of it. */
class Raw {
  readonly #socket: Socket;
  said = "";
  isClosed = false;

  constructor(text: string, over: "tcp" | "socket" = "socket") {
    this.#socket = over === "tcp" ? connect(Number(url.port), url.hostname) : connect(socket);
    this.#socket.on("data", (data) => (this.said += data.toString("latin1")));
    this.#socket.on("close", () => (this.isClosed = true));
    this.#socket.on("error", () => {});
    this.#socket.write(text);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  async until(wanted: (raw: Raw) => boolean): Promise<string> {
    await eventually("the answer", async () => ({
      value: this.said.slice(-200),
      done: wanted(this),
    }));
    return this.said;
  }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

async function othersAreServed(): Promise<void> {
  const began = performance.now();
  const response = await fetch("http://localhost/api/processes/api", { unix: socket });
  expect(response.status).toBe(200);
  expect(performance.now() - began).toBeLessThan(OTHERS_MS);
  expect((await sandbox.daemon()).pid).toBe(pid);
}

describe("F56 what is no request is answered as such, or cut", () => {
  const ROWS: readonly (readonly [title: string, text: string])[] = [
    ["garbage", `${"\0\u0001\u00ff".repeat(1_000)}\r\n\r\n`],
    ["a greeting of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n"],
    ["no host", "GET /health HTTP/1.1\r\n\r\n"],
    ["a header of a megabyte", `GET /health HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(1e6)}\r\n\r\n`],
    [
      "chunks that are none",
      `POST /api/processes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n`,
    ],
    ["a method that there is not", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"],
  ];
  for (const [title, text] of ROWS) {
    for (const over of ["tcp", "socket"] as const) {
      test(`${title}, over ${over}`, async () => {
        const raw = new Raw(text, over);
        await raw.until(({ isClosed, said }) => isClosed || / 4\d\d | 505 /.test(said));
        raw.close();
        await othersAreServed();
      });
    }
  }
});

test(
  "F56 who sends a request letter by letter keeps nobody else from being served",
  async () => {
    const slow = Array.from({ length: 100 }, (_, nth) => {
      const raw = new Raw(
        "GET /api/processes HTTP/1.1\r\nHost: loc",
        nth % 2 === 0 ? "tcp" : "socket",
      );
      return raw;
    });
    const bodies = Array.from({ length: 20 }, () => {
      const head = "POST /api/processes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n";
      return new Raw(`${head}Content-Type: application/json\r\n\r\n{"comm`);
    });
    for (let letters = 0; letters < 3; letters += 1) {
      for (const raw of [...slow, ...bodies]) raw.write("a");
      await othersAreServed();
    }
    for (const raw of [...slow, ...bodies]) raw.close();
    await othersAreServed();
  },
  SLOW_MS,
);

test("F56 a body that is larger than it may be is not read", async () => {
  const head = `POST /api/processes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const raw = new Raw(`${head}Content-Length: 3000000\r\n\r\n{`);
  expect(await raw.until(({ said }) => said.includes("\r\n\r\n"))).toContain("413 ");
  raw.close();
  await othersAreServed();
});

test(
  "F33 a reader that stalls loses its place, with a count, and costs the daemon no memory",
  async () => {
    const query = "/api/processes/flood/logs?follow=true";
    await sandbox.ok("start", "flood");
    await sandbox.until("flood", ({ state }) => state === "completed");
    const raw = new Raw(get(query));
    await raw.until(({ said }) => said.includes("much more than is kept"));
    raw.pause();
    const before = residentBytes(pid);
    await sandbox.ok("restart", "flood");
    await sandbox.until("flood", ({ state, restarts }) => state === "completed" && restarts >= 0);
    await othersAreServed();
    expect(residentBytes(pid) - before).toBeLessThan(80e6);
    raw.resume();
    await raw.until(({ said }) => /"missedBytes":\d{6,}/.test(said));
    raw.close();
  },
  SLOW_MS,
);

test(
  "F33 idle readers of events are told, all of them, and end with the daemon",
  async () => {
    const readers: Raw[] = [];
    for (let nth = 0; nth < 300; nth += 1) {
      const raw = new Raw(get("/api/events?types=process.stopped"));
      await raw.until(({ said }) => said.includes(": \n\n"));
      readers.push(raw);
    }
    await othersAreServed();
    await sandbox.ok("stop", "api");
    for (const raw of readers)
      await raw.until(({ said }) => said.includes('"type":"process.stopped"'));
    // The one that waits is told so, the others end.
    const waiting = new Raw(get("/api/processes/api/wait?for=ready&timeout=10m"));
    await sandbox.ok("daemon", "restart");
    for (const raw of readers) await raw.until(({ said }) => said.endsWith("\r\n0\r\n\r\n"));
    await waiting.until(
      ({ isClosed, said }) => isClosed || said.includes(" 503 ") || said.includes(" 409 "),
    );
    const cut = new Raw(get("/api/events"));
    await cut.until(({ said }) => said.includes(": \n\n"));
    await sandbox.ok("daemon", "stop");
    await cut.until(({ isClosed }) => isClosed);
  },
  SLOW_MS,
);

function residentBytes(of: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${of}/status`, "utf8"))?.[1];
  return Number(kib) * 1024;
}
