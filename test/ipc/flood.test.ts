/** What a program that asks without end may cost. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunChannels } from "../../src/ipc/channels.ts";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";

/** As that of some hundred processes. */
const ANSWER = "x".repeat(256 * 1024);

test("who asks for long answers pays for them, so that others notice nothing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "procman-flood-"));
  let answered = 0;
  const channels = new RunChannels({
    tell() {},
    request: async () => {
      answered += 1;
      return ANSWER;
    },
  });
  channels.begin({ instance: "shop/api.1", runId: "home-1", isNew: true });
  const server = channels.listen(join(directory, "socket"));
  const request = '{"procman":1,"type":"request","id":1,"method":"list"}\n';
  const socket = await Bun.connect({
    unix: join(directory, "socket"),
    socket: {
      open: (it) => void it.write(`{"procman":1,"type":"hello","run":"home-1"}\n${request}`),
      data(it, bytes) {
        // It reads what it is answered, and asks again at once.
        if (bytes.includes("\n")) it.write(request);
      },
    },
  });
  try {
    const cost = ANSWER.length / limits.messageUnitBytes;
    const atOnce = limits.messagesAtOnce / cost;
    // What it may have at once is soon used up; then it gets no more than grows back.
    await eventually("the first answers", async () => ({ value: 0, done: answered >= atOnce }));
    const [before, beganMs] = [answered, performance.now()];
    await Bun.sleep(500);
    const grown = ((performance.now() - beganMs) / 1_000) * (limits.messagesPerSecond / cost);
    expect(answered - before).toBeLessThan(grown + 10);
  } finally {
    socket.terminate();
    await server.stop();
    await channels.end("home-1");
    rmSync(directory, { recursive: true });
  }
});
