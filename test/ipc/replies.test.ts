/** Which answer is whose. */

import { expect, test } from "bun:test";
import { Replies } from "../../src/ipc/replies.ts";

test("an answer in an envelope goes to who asked for it, whatever comes between", async () => {
  const replies = new Replies();
  const [one, other] = [replies.expect(null), replies.expect(null)];
  replies.own({ is: "of the program's own" });
  expect(replies.answered(other.id, { kind: "answered", data: 2 })).toBe(true);
  expect(replies.answered(other.id, { kind: "answered", data: 3 })).toBe(false);
  expect(replies.answered(one.id, { kind: "failed", message: "no" })).toBe(true);
  expect(await one.answer).toEqual({ kind: "failed", message: "no" });
  expect(await other.answer).toEqual({ kind: "answered", data: 2 });
});

test("a message of the program's own answers the one with its id, else the oldest without", async () => {
  const replies = new Replies();
  const first = replies.expect({ sent: "a" });
  const named = replies.expect({ sent: { id: "x" } });
  const last = replies.expect({ sent: [1] });
  for (const message of [{ id: "x", is: 1 }, { id: "y" }, { id: "x", is: 2 }]) replies.own(message);
  expect(await named.answer).toEqual({ kind: "answered", data: { id: "x", is: 1 } });
  expect(await first.answer).toEqual({ kind: "answered", data: { id: "y" } });
  expect(await last.answer).toEqual({ kind: "answered", data: { id: "x", is: 2 } });
  const never = replies.expect({ sent: "b" });
  replies.dropAll("it ended");
  expect(await never.answer).toEqual({ kind: "never", reason: "it ended" });
});

test("who does not wait any more is not answered", () => {
  const replies = new Replies();
  const dropped = replies.expect({ sent: null });
  dropped.drop();
  expect(replies.answered(dropped.id, { kind: "answered", data: 1 })).toBe(false);
});
