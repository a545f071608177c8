/** What a program may cost that says or asks for much. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunChannels } from "../../src/ipc/channels.ts";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { ENDS } from "./ends.ts";

/** As that of some hundred processes. */
const ANSWER = "x".repeat(256 * 1024);

const REQUEST = '{"procman":1,"type":"request","id":1,"method":"list"}\n';
const EVENT = '{"procman":1,"type":"event","name":"e"}\n';

test.each([
  {
    title: "who asks for long answers, and reads them, pays for them",
    connections: 1,
    says: REQUEST,
    cost: ANSWER.length / limits.answerUnitBytes,
  },
  {
    title: "who says much over many connections may say no more than over one",
    connections: 8,
    says: EVENT.repeat(400),
    cost: limits.eventCost,
  },
])("$title, so that others notice nothing", async ({ connections, says, cost }) => {
  const directory = mkdtempSync(join(tmpdir(), "procman-flood-"));
  const path = join(directory, "socket");
  let heard = 0;
  const channels = new RunChannels({
    ...ENDS,
    tell: () => void (heard += 1),
    async request() {
      heard += 1;
      return ANSWER;
    },
  });
  channels.begin({ instance: "shop/api.1", runId: "home-1", isNew: true });
  const server = channels.listen(path);
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      Bun.connect({
        unix: path,
        socket: {
          open: (it) => void it.write(`{"procman":1,"type":"hello","run":"home-1"}\n${says}`),
          // The end of an answer: it asks again at once.
          data: (it, bytes) => void (bytes.includes("\n") && it.write(says)),
        },
      }),
    ),
  );
  try {
    const atOnce = limits.messagesAtOnce / cost;
    await eventually("what it may have at once", async () => ({
      value: heard,
      done: heard >= Math.floor(atOnce) - 1,
    }));
    // From now on there is no more than grows back.
    const beganMs = performance.now();
    await Bun.sleep(500); // The pace is what is tested, so it takes time.
    const grown = ((performance.now() - beganMs) / 1_000) * (limits.messagesPerSecond / cost);
    expect(heard).toBeLessThan(atOnce + grown + connections + 10);
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
    await channels.end("home-1");
    rmSync(directory, { recursive: true });
  }
});
