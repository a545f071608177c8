/** Cursors: what comes after a line is exactly what came after it. */

import { expect, test } from "bun:test";
import { Cursor, parseCursor } from "../../src/logfile/cursor.ts";
import { LOG_STREAMS, streamKey } from "../../src/logfile/paths.ts";
import { replaceByCompressed } from "../../src/logs/chain.ts";
import { rmSync, statSync } from "node:fs";
import { api, linesOf, LogStage, web } from "./log-stage.ts";

/** Each line with its cursor, as `logs --json` gives them. */
async function withCursors(stage: LogStage, text: string | null) {
  const cursor = new Cursor();
  const places = text === null ? new Map<string, number>() : parseCursor(text)!;
  const positions = [api, web].flatMap((owner) =>
    LOG_STREAMS.map((stream) => {
      return { owner, stream, place: places.get(streamKey({ owner, stream })) ?? 0 };
    }),
  );
  for (const position of positions) cursor.pass(position, position.place);
  const shown: { readonly line: string; readonly cursor: string }[] = [];
  let missed = 0;
  for await (const batch of stage.view({ positions })) {
    for (const { bytes } of batch.missed) missed += bytes ?? Number.NaN;
    for (const piece of batch.pieces) {
      let { place } = piece;
      for (const line of linesOf({ ...batch, pieces: [piece] })) {
        place += Buffer.byteLength(line) + 1;
        shown.push({ line, cursor: cursor.at(piece, place) });
      }
    }
  }
  return { shown, missed };
}

function fill(stage: LogStage, from: number, to: number): void {
  for (let nth = from; nth <= to; nth += 1) {
    const owner = nth % 3 === 0 ? web : api;
    stage.write(owner, nth % 2 === 0 ? "stdout" : "stderr", 1_000 * nth, `line ${nth}\n`);
  }
}

test("F76 every cursor resumes exactly after its line, over rotation, compression and a new daemon", async () => {
  using stage = new LogStage({ maxSizeBytes: 20, maxFiles: 100 });
  fill(stage, 1, 20);
  const { shown } = await withCursors(stage, null);
  expect(shown.map(({ line }) => line)).toEqual(
    Array.from({ length: 20 }, (_, nth) => `line ${nth + 1}`),
  );
  stage.forget();
  fill(stage, 21, 40);
  const path = stage.path(api, "stdout");
  const copy = `${path}.copy`;
  for (const [file, compression] of [
    [`${path}.2`, "zstd"],
    [`${path}.3`, "gzip"],
  ] as const) {
    const bytes = await Bun.file(file).bytes();
    await Bun.write(
      copy,
      compression === "zstd" ? Bun.zstdCompressSync(bytes) : Bun.gzipSync(bytes),
    );
    const { ino: inode } = statSync(file);
    expect(replaceByCompressed(path, { inode, copy, compression })).toBe(true);
  }
  for (const [at, { cursor }] of shown.entries()) {
    const rest = await withCursors(stage, cursor);
    const wanted = Array.from({ length: 40 - at - 1 }, (_, nth) => `line ${at + 2 + nth}`);
    expect(rest.shown.map(({ line }) => line)).toEqual(wanted);
    expect(rest.missed).toBe(0);
  }
});

test("a cursor whose lines are gone says how much is gone", async () => {
  using stage = new LogStage({ maxSizeBytes: 20, maxFiles: 100 });
  fill(stage, 1, 20);
  const { shown } = await withCursors(stage, null);
  const path = stage.path(api, "stdout");
  const { missed: before } = await withCursors(stage, shown[0]!.cursor);
  expect(before).toBe(0);
  const oldest = `${path}.2`;
  const { size } = statSync(oldest);
  rmSync(oldest);
  expect((await withCursors(stage, shown[0]!.cursor)).missed).toBe(size);
});

test.each([
  "",
  "1:",
  "2:shop/api.1=1",
  "1:shop/api.1=",
  "1:api.1=1",
  "1:shop/api=1",
  "1:shop/api.1=1,2,3",
  "1:shop/api.1=1;",
  "1:shop/%=1",
  "1:shop/api.1=%",
  "x",
])("%p is no cursor", (text) => {
  expect(parseCursor(text)).toBeNull();
});

test("names of every kind come back from a cursor", () => {
  const cursor = new Cursor();
  const owner = { project: "a b;c=d/é%", process: "api", index: 12 };
  const text = cursor.at({ owner, stream: "stderr" }, 1234);
  expect(parseCursor(text)?.get(streamKey({ owner, stream: "stderr" }))).toBe(1234);
});
