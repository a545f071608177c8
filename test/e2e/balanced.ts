/** A project whose servers share a port, and those who ask them. */

import { join } from "node:path";
import { eventually, type Sandbox } from "./sandbox.ts";

/** Answers with its instance and its pid; `/slow` when it is let go. It does nothing about SIGTERM, and nobody can tell that
 *  it is a program of Bun's. */
export const SERVER = [
  "env",
  "bun",
  "-e",
  `const me = process.env.PROCMAN_INSTANCE + " " + process.pid;
   Bun.serve({ port: process.env.PORT, async fetch({ url }) {
     if (url.endsWith("/slow")) {
       await Bun.write("asked", "");
       while (!(await Bun.file("go").exists())) await Bun.sleep(5);
     }
     return new Response(me);
   } })`,
];

export const QUICK = { max: 2, backoff: { initial: "20ms", factor: 1, jitter: 0 } };

export function shop(port: number, more: object = {}) {
  return {
    name: "shop",
    processes: {
      api: { command: SERVER, port, instances: 3, ready: { tcp: "${PORT}" }, ...more },
    },
  };
}

/** On a connection of its own. */
export async function ask(port: number, path = "/"): Promise<{ instance: string; pid: number }> {
  const headers = { connection: "close" };
  const text = await fetch(`http://localhost:${port}${path}`, { headers }).then((it) => it.text());
  const [instance = "", pid = ""] = text.split(" ");
  return { instance, pid: Number(pid) };
}

/** One request that is under way for as long as it is not let go. */
export async function askSlowly(sandbox: Sandbox, port: number) {
  const asked = ask(port, "/slow");
  await eventually("it to be under way", async () => {
    const value = await Bun.file(join(sandbox.directory, "asked")).exists();
    return { value, done: value };
  });
  return {
    async answer() {
      sandbox.write("go", "");
      return asked;
    },
  };
}

/** Asks over and over, from several at once, until it is told to end: how many answers, and what went wrong. */
export function load(port: number) {
  let isOver = false;
  const wrong: unknown[] = [];
  let answers = 0;
  const one = async (): Promise<void> => {
    while (!isOver) {
      await ask(port).then(
        () => (answers += 1),
        (error: unknown) => wrong.push(error),
      );
    }
  };
  const all = Promise.all([one(), one(), one(), one()]);
  return {
    answers: () => answers,
    async end() {
      isOver = true;
      await all;
      return wrong;
    },
  };
}
