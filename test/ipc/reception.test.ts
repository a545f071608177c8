/** Connections that do not say of which run they are. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunChannels } from "../../src/ipc/channels.ts";
import { limits } from "../../src/model/limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { ENDS } from "./ends.ts";

const HELLO = '{"procman":1,"type":"hello","run":"home-1"}\n';

/** Connects and says something; what it hears. */
async function connect(path: string, says: string) {
  const it = { heard: "", isClosed: false };
  await Bun.connect({
    unix: path,
    socket: {
      open: (socket) => void (says !== "" && socket.write(says)),
      data: (_, bytes) => void (it.heard += bytes.toString()),
      close: () => void (it.isClosed = true),
    },
  });
  return it;
}

test("too many that say nothing keep others out, who are told why, and only until their time is over", async () => {
  const directory = mkdtempSync(join(tmpdir(), "procman-reception-"));
  const path = join(directory, "socket");
  const channels = new RunChannels(ENDS);
  channels.begin({ instance: "shop/api.1", runId: "home-1", isNew: true });
  const server = channels.listen(path);
  try {
    const silent = await Promise.all(
      Array.from({ length: limits.strangersConnected }, () => connect(path, "")),
    );
    const late = await connect(path, HELLO);
    await eventually("it to be turned away", async () => ({ value: late, done: late.isClosed }));
    expect(late.heard).toContain("too many others");
    await eventually("the silent ones to be turned away", async () => {
      const open = silent.filter(({ isClosed }) => !isClosed).length;
      return { value: open, done: open === 0 };
    });
    await connect(path, HELLO);
    await eventually("it to be heard", async () => {
      const value = channels.isOpen("home-1");
      return { value, done: value };
    });
  } finally {
    await server.stop();
    await channels.end("home-1");
    rmSync(directory, { recursive: true });
  }
}, 60_000);
