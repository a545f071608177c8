/** A program that speaks to another one of its project, as fast as it may, when it is told to. */

import { procman } from "../src/child.ts";

/** What waits for its answer at once, in messages, and in bytes. */
const UNDER_WAY = 64;
const UNDER_WAY_BYTES = 1024 * 1024;

interface Told {
  readonly how: "send" | "publish" | "stream" | "flood";
  readonly bytes: number;
  readonly forMs: number;
}

let heard = 0;
procman.subscribe("bench", () => void (heard += 1));
procman.onStream(async (chunks) => {
  for await (const chunk of chunks) heard += chunk === null ? 0 : 1;
  return heard;
});
procman.onMessage(async (data, from) => {
  if (from !== "cli") return void (heard += 1);
  if (data === "count") return heard;
  const { how, bytes, forMs } = data as Told;
  const text = "x".repeat(bytes);
  const end = performance.now() + forMs;
  if (how === "stream") {
    const stream = await procman.stream("sink");
    while (performance.now() < end) await stream.write(text);
    return stream.end();
  }
  let said = 0;
  const say = async (): Promise<void> => {
    while (performance.now() < end) {
      await (how === "publish" ? procman.publish("bench", text) : procman.send("sink", text));
      said += 1;
    }
  };
  const length = Math.min(UNDER_WAY, Math.ceil(UNDER_WAY_BYTES / bytes));
  await Promise.all(Array.from({ length }, say));
  return said;
});
procman.ready();
setInterval(() => {}, 60_000);
