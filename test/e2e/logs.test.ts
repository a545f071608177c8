/** `procman logs` with real processes and daemons. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

// What the sandbox sets holds for the first file of a test process only.
setDefaultTimeout(120_000);

/** A program that writes and stays. */
function sh(script: string) {
  return { command: ["sh", "-c", `${script}; exec sleep 1000`] };
}

function hashOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** What a follower has shown so far, by line. */
class Follower implements AsyncDisposable {
  readonly #child: ReturnType<Sandbox["spawn"]>;
  readonly stderr: Promise<string>;
  text = "";

  constructor(sandbox: Sandbox, ...args: string[]) {
    this.#child = sandbox.spawn(["logs", "-f", ...args]);
    this.stderr = this.#child.stderr.text();
    void this.#read();
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  /** The most that it ever held; 0 where the system does not tell. */
  peakMegabytes(): number {
    if (process.platform !== "linux") return 0;
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "latin1");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_000;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async shows(wanted: string): Promise<void> {
    await eventually(`the follower to show ${wanted}`, async () => {
      return { value: this.text.slice(-500), done: this.text.includes(wanted) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout)
      this.text += decoder.decode(bytes, { stream: true });
  }
}

test("F35 F36 what was written, the file and the view are the same bytes", async () => {
  const bytes = Buffer.concat([
    Buffer.from("plain\nno \0 NUL hidden\ninvalid \xff\xfe utf-8\n\n", "latin1"),
    Buffer.from("\u001B[31mred\u001B[0m\r10%\r20%\r\n"),
    Buffer.alloc(10 * 1024 * 1024, "größe "),
    Buffer.from("\nno end"),
  ]);
  const [out, error] = [join("bytes.out"), join("bytes.err")];
  const command = ["sh", "-c", `cat ${error} >&2 & cat ${out}; wait`];
  await using sandbox = new Sandbox({
    processes: { api: { command, restart: "no", log: { maxSize: "3MB", maxFiles: 20 } } },
  });
  writeFileSync(join(sandbox.directory, out), bytes);
  writeFileSync(join(sandbox.directory, error), bytes.toReversed());
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "api", "--for", "succeeded");
  for (const [stream, written] of [
    ["stdout", bytes],
    ["stderr", bytes.toReversed()],
  ] as const) {
    const child = sandbox.spawn(["logs", "--stream", stream, "--no-prefix"]);
    const shown = await child.stdout.bytes();
    expect(hashOf(shown)).toBe(hashOf(written));
    const paths = JSON.parse(
      await sandbox.ok("logs", "--stream", stream, "--path", "--json"),
    ) as string[];
    const last = readFileSync(paths[0]!);
    expect(hashOf(last)).toBe(hashOf(written.subarray(written.length - last.length)));
  }
});

test("a follower goes on over restarts of the process and of the daemon, and takes in what appears later", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: sh('echo "up $$"'),
      late: { ...sh("echo here"), autostart: false },
    },
  });
  await sandbox.ok("up", "-d");
  await using follower = new Follower(sandbox);
  const { pid } = await sandbox.status("api");
  await follower.shows(`up ${pid}`);
  await sandbox.ok("restart", "api");
  await follower.shows(`up ${(await sandbox.status("api")).pid}`);
  await sandbox.killDaemon();
  await eventually("the daemon to be back", async () => {
    const { code } = await sandbox.run("daemon", "status");
    return { value: code, done: code === 0 };
  });
  await sandbox.ok("restart", "api");
  await follower.shows(`up ${(await sandbox.status("api")).pid}`);
  await sandbox.ok("start", "late");
  await follower.shows("here");
  expect(follower.lines.filter((line) => line.includes("up "))).toHaveLength(3);
});

test("a process that is defined and has not written yet can be followed, one that is not defined is an error", async () => {
  await using sandbox = new Sandbox({ processes: { api: sh("echo up") } });
  await using follower = new Follower(sandbox, "api", "--no-prefix");
  await sandbox.ok("up", "-d");
  await follower.shows("up\n");
  expect((await sandbox.run("logs", "-f", "ap1")).code).toBe(3);
});

test("F33 a follower that was stopped is told how much it missed", async () => {
  const flood =
    "echo ready; while [ ! -e go ]; do sleep 0.05; done; yes 0123456789 | head -n 3000000; echo the end";
  await using sandbox = new Sandbox({
    processes: {
      api: { command: ["sh", "-c", flood], restart: "no", log: { maxSize: "1MB", maxFiles: 1 } },
    },
  });
  await sandbox.ok("up", "-d");
  await using follower = new Follower(sandbox);
  await follower.shows("ready");
  follower.signal("SIGSTOP");
  sandbox.write("go", "");
  await sandbox.ok("wait", "api", "--for", "succeeded");
  follower.signal("SIGCONT");
  await follower.shows("the end");
  // It holds a block, however much was written meanwhile.
  expect(follower.peakMegabytes()).toBeLessThan(150);
  follower.signal("SIGTERM");
  const missed = /(\d+) bytes were gone before they could be shown/.exec(
    await follower.stderr,
  )?.[1];
  const shown = follower.lines.join("\n").replaceAll("api | ", "").length + 1;
  expect(shown + Number(missed)).toBe("ready\nthe end\n".length + 3_000_000 * 11);
});

test("F76 a cursor resumes exactly, over a new daemon", async () => {
  await using sandbox = new Sandbox({
    processes: { api: sh('echo "one $$"; echo "two $$" >&2; echo "three $$"') },
  });
  await sandbox.ok("up", "-d");
  const read = async (...args: string[]) =>
    (await sandbox.ok("logs", "--json", ...args))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { line: string; cursor: string });
  const before = await eventually("three lines", async () => {
    const value = await read();
    return { value, done: value.length === 3 };
  });
  await sandbox.ok("daemon", "restart");
  await sandbox.ok("restart", "api");
  const all = await eventually("six lines", async () => {
    const value = await read();
    return { value, done: value.length === 6 };
  });
  for (const [at, { cursor }] of before.entries()) {
    const rest = await read("--cursor", cursor);
    expect(rest.map(({ line }) => line).toSorted()).toEqual(
      all
        .slice(at + 1)
        .map(({ line }) => line)
        .toSorted(),
    );
  }
});

test("a reader that closes the pipe ends the view at once, without an error", async () => {
  await using sandbox = new Sandbox({ processes: { api: sh("echo one; echo two") } });
  await sandbox.ok("up", "-d");
  await eventually("the log to be written", async () => {
    const value = await sandbox.ok("logs");
    return { value, done: value.includes("two") };
  });
  // Nothing is written any more: only the closed pipe can end it.
  const { stdout, stderr } = await sandbox.shell("$PROCMAN logs -f | head -n 1");
  expect([stdout, stderr]).toEqual(["api | one\n", ""]);
  const large = await sandbox.shell("{ $PROCMAN logs; echo $? >&2; } | true");
  expect(large.stderr).toBe("0\n");
});

test("log.parse holds for levels and fields, with and without a daemon", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: { ...sh('echo "a=1 b=2"; echo "ERROR no"'), log: { parse: "logfmt" } },
      web: sh('echo "a=1 b=2"; echo "ERROR no"'),
    },
  });
  await sandbox.ok("up", "-d");
  const fields = async () => {
    const text = await sandbox.ok("logs", "--json", "--grep", "a=1");
    const lines = text.split("\n").filter((line) => line !== "");
    return Object.fromEntries(
      lines.map((line) => {
        const { process, fields: found } = JSON.parse(line) as { process: string; fields: unknown };
        return [process, found];
      }),
    );
  };
  const wanted = { api: { a: "1", b: "2" }, web: null };
  await eventually("both to have written", async () => {
    const value = await sandbox.ok("logs");
    return { value, done: value.split("ERROR").length === 3 };
  });
  expect(await fields()).toEqual(wanted);
  expect(await sandbox.ok("logs", "--level", "error")).toBe("web | ERROR no\n");
  await sandbox.ok("daemon", "stop");
  expect(await fields()).toEqual(wanted);
});

test("flags that cannot be understood are errors that say so", async () => {
  await using sandbox = new Sandbox({ processes: { api: "true" } });
  for (const [flags, said] of [
    [["--grep", "("], "Cannot search for ("],
    [["--level", "loud"], "--level loud"],
    [["-n", "many"], "--lines many"],
    [["-i"], "goes with --grep"],
    [["-C", "1"], "goes with --grep"],
    [["--cursor", "x"], "--cursor x"],
    [["--cursor", "1:a/b.1=0", "-n", "1"], "--cursor excludes"],
    [["--max-bytes", "1MB"], "goes with --plain"],
    [["--plain", "--max-bytes", "1"], "--max-bytes 1"],
    [["--plain", "--json"], "choose one"],
    [["-f", "--until", "1m"], "--until and -f"],
    [["--since", "yesterday"], "--since yesterday"],
  ] as const) {
    const { code, stderr, stdout } = await sandbox.run("logs", ...flags);
    expect(stderr).toContain(said);
    expect([code, stdout]).toEqual([2, ""]);
  }
});

test("a cursor into a log that was begun anew is told, and the log is shown from its beginning", async () => {
  await using sandbox = new Sandbox({ processes: { api: sh("echo up") } });
  await sandbox.ok("up", "-d");
  await eventually("the log to be written", async () => {
    const value = await sandbox.ok("logs");
    return { value, done: value.includes("up") };
  });
  const beyond = "1:project/api.1=zzz";
  const { stdout, stderr, code } = await sandbox.run("logs", "--cursor", beyond);
  expect([stdout, code]).toEqual(["api | up\n", 0]);
  expect(stderr).toContain("api.1 (stdout): the log was begun anew");
  const json = (await sandbox.ok("logs", "--json", "--cursor", beyond)).split("\n");
  expect(JSON.parse(json[0]!)).toMatchObject({ process: "api", line: null, missedBytes: null });
  expect(JSON.parse(json[1]!)).toMatchObject({ process: "api", line: "up" });
});
