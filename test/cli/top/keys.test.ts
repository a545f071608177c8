/** What terminals send for keys. */

import { expect, test } from "bun:test";
import { KeyReader, type Key } from "../../../src/cli/top/keys.ts";

const named = (keys: readonly Key[]): string[] =>
  keys.map((key) => (key.kind === "key" ? key.name : `${key.kind} '${key.text}'`));

const read = (...parts: readonly string[]): string[] => {
  const reader = new KeyReader();
  return named(parts.flatMap((part) => reader.take(Buffer.from(part, "latin1"))));
};

test.each([
  ["\u001B[A\u001B[B\u001BOA\u001BOB", ["up", "down", "up", "down"]],
  ["\u001B[5~\u001B[6~", ["page-up", "page-down"]],
  ["\u001B[H\u001B[F\u001BOH\u001BOF", ["home", "end", "home", "end"]],
  ["\u001B[1~\u001B[4~\u001B[7~\u001B[8~", ["home", "end", "home", "end"]],
  ["\u001B[1;5A", ["up"]],
  ["\r\n\t\u007F\b", ["enter", "enter", "tab", "backspace", "backspace"]],
  ["\u0003\u001A\f", ["ctrl-c", "ctrl-z", "ctrl-l"]],
  ["sK", ["text 's'", "text 'K'"]],
  // Function keys, the mouse and reports of the terminal are nothing.
  ["\u001B[15~\u001B[<0;3;4M\u001B[?1;2cq", ["text 'q'"]],
  // An Escape that is followed by something else.
  ["\u001Bq", ["escape", "text 'q'"]],
  ["\u001B\u001B[A", ["escape", "up"]],
])("%j is read as %j", (bytes, keys) => {
  expect(read(bytes)).toEqual(keys);
});

test("a sequence and a character may come in parts", () => {
  expect(read("\u001B", "[", "5", "~x")).toEqual(["page-up", "text 'x'"]);
  expect(read("\xC3", "\xA4")).toEqual(["text 'ä'"]);
});

test("an Escape is the key when nothing follows", () => {
  const reader = new KeyReader();
  expect(reader.take(Buffer.from("\u001B"))).toEqual([]);
  expect(reader.isWaiting).toBe(true);
  expect(named(reader.release())).toEqual(["escape"]);
  expect(reader.isWaiting).toBe(false);
  expect(named(reader.release())).toEqual([]);
});

test("what is pasted is one key, so that nothing in it is a command", () => {
  expect(read("\u001B[200~K", "ill\rq\u001B[2", "01~j")).toEqual(["paste 'Kill\rq'", "text 'j'"]);
});
