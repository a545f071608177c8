/** Whatever is written, whenever, and however it is cut into files: views show it all, once, in order and dated. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { streamKey, type LogOwner, type LogStream } from "../../src/logfile/paths.ts";
import { api, LogStage, web } from "./log-stage.ts";

interface Write {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  readonly afterMs: number;
  readonly text: string;
}

const write: fc.Arbitrary<Write> = fc.record({
  owner: fc.constantFrom(api, web),
  stream: fc.constantFrom<LogStream>("stdout", "stderr"),
  afterMs: fc.constantFrom(0, 0, 1, 50),
  text: fc
    .array(
      fc.constantFrom("\n", "\n", "a", "bc", "ü", "\r", "long enough to fill a file of its own"),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => parts.join("")),
});

const BEGAN_MS = 1_000_000;

test("each stream is shown whole and in order, each line at the time of its first byte, all by time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }),
      async (writes, maxSizeBytes) => {
        using stage = new LogStage({ maxSizeBytes, maxFiles: 1_000 });
        const written = new Map<string, { text: string; starts: Map<number, number> }>();
        let nowMs = BEGAN_MS;
        for (const { owner, stream, afterMs, text } of writes) {
          nowMs += afterMs;
          stage.write(owner, stream, nowMs, text);
          const key = streamKey({ owner, stream });
          const known = written.get(key) ?? { text: "", starts: new Map<number, number>() };
          for (let at = 0; at < text.length; at += 1) {
            const whole = known.text + text.slice(0, at);
            if (whole === "" || whole.endsWith("\n"))
              known.starts.set(Buffer.byteLength(whole), nowMs);
          }
          written.set(key, { text: known.text + text, starts: known.starts });
        }
        const shown = new Map<string, string>();
        let lastMs = 0;
        for await (const { pieces, missed } of stage.view()) {
          expect(missed).toEqual([]);
          for (const piece of pieces) {
            const key = streamKey(piece);
            const before = shown.get(key) ?? "";
            expect(piece.place).toBe(Buffer.byteLength(before));
            expect(piece.timeMs).toBeGreaterThanOrEqual(lastMs);
            lastMs = piece.timeMs;
            const text = piece.bytes.toString();
            for (let at = 0; at < text.length; at = text.indexOf("\n", at) + 1 || text.length) {
              const start = written
                .get(key)!
                .starts.get(piece.place + Buffer.byteLength(text.slice(0, at)));
              // A line that was cut where a file ended goes on at a time of its own.
              if (start !== undefined) expect(piece.timeMs).toBe(start);
            }
            shown.set(key, before + text);
          }
        }
        for (const [key, { text }] of written) expect(shown.get(key)).toBe(text);
      },
    ),
    { numRuns: 60 },
  );
});
