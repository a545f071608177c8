/** Runs that speak to each other over a socket of their own, line by line. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunChannels } from "../../src/ipc/channels.ts";
import { ProcmanError, problem } from "../../src/model/errors.ts";
import { parseInstanceId, type InstanceId } from "../../src/model/ids.ts";
import { eventually } from "../e2e/eventually.ts";
import { ENDS } from "./ends.ts";

export type Said = Readonly<Record<string, unknown>>;

/** A run with one connection. */
export class Talker {
  readonly heard: Said[] = [];
  readonly socket: Bun.Socket<Talker | null>;
  #rest = "";
  #out = Buffer.alloc(0);
  #taken = 0;

  private constructor(socket: Bun.Socket<Talker | null>) {
    this.socket = socket;
  }

  static async connect(path: string, run: string, hello: Said): Promise<Talker> {
    const socket = await Bun.connect<Talker | null>({
      unix: path,
      data: null,
      socket: {
        data: (it, bytes) => it.data?.take(bytes.toString()),
        drain: (it) => it.data?.write(""),
      },
    });
    const talker = new Talker(socket);
    socket.data = talker;
    talker.say({ type: "hello", run, ...hello });
    return talker;
  }

  say(...messages: readonly Said[]): void {
    const lines = messages.map((it) => `${JSON.stringify({ procman: 1, ...it })}\n`);
    this.write(lines.join(""));
  }

  /** As it is, as far as it is taken; the rest when there is room. */
  write(text: string): void {
    this.#out = Buffer.concat([this.#out, Buffer.from(text)]);
    this.#out = this.#out.subarray(Math.max(0, this.socket.write(this.#out)));
  }

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const { procman: _version, ...said } = JSON.parse(line);
      this.heard.push(said);
    }
  }

  /** The next that it hears. */
  async next(): Promise<Said> {
    const at = this.#taken;
    this.#taken += 1;
    const look = async () => ({ value: this.heard[at], done: this.heard.length > at });
    return (await eventually("a message", look)) ?? {};
  }

  /** What it hears to this. */
  async ask(message: Said): Promise<Said> {
    this.say(message);
    return this.next();
  }
}

/** All runs of one test. Their ids are their instances'. */
export class Talk {
  readonly channels: RunChannels;
  readonly #directory = mkdtempSync(join(tmpdir(), "procman-talk-"));
  readonly #path = join(this.#directory, "socket");
  readonly #instances: readonly InstanceId[];
  readonly #server: { stop(): Promise<void> };
  readonly #talkers: Talker[] = [];

  /** A target is a process or an instance; `down.1` is never running. */
  constructor(...instances: readonly InstanceId[]) {
    this.#instances = instances;
    this.channels = new RunChannels({
      ...ENDS,
      find: ({ instance }, to) => {
        const { project } = parseInstanceId(instance);
        const found = instances.filter((it) => `${it}.`.startsWith(`${project}/${to}.`));
        if (found.length === 0) {
          throw new ProcmanError(problem("PROCESS_NOT_FOUND", `Cannot find '${to}'`));
        }
        const receivers = found.map((it) => {
          const name = it.slice(project.length + 1);
          return { name, runId: name.startsWith("down.") ? null : it };
        });
        return { receivers, cost: 0 };
      },
    });
    for (const instance of instances) {
      this.channels.begin({ instance, runId: instance, isNew: true });
    }
    this.#server = this.channels.listen(this.#path);
  }

  async connect(run: InstanceId, hello: Said = {}): Promise<Talker> {
    const talker = await Talker.connect(this.#path, run, hello);
    this.#talkers.push(talker);
    // It is known from when it is answered.
    talker.say({ type: "nothing", id: "known" });
    await talker.next();
    return talker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#talkers) socket.terminate();
    await this.#server.stop();
    await Promise.all(this.#instances.map((it) => this.channels.end(it)));
    rmSync(this.#directory, { recursive: true });
  }
}
