/** The receiver `webhook`, against real servers that refuse, stall, redirect and recover. */

import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { createServer } from "node:net";
import { postNotice, type Patience } from "../../src/observers/webhook-receiver.ts";
import { eventually } from "../e2e/eventually.ts";
import { notice } from "./notices.ts";
import { deadUrl, ReceiverServer } from "./receiver-server.ts";

const QUICK: Patience = { tries: 3, initialMs: 5, factor: 2, jitter: 0.5 };
const PATIENT_MS = 30_000;

function post(url: string, more: { secret?: string; timeoutMs?: number; end?: AbortSignal } = {}) {
  return postNotice({
    webhook: { url, secret: more.secret ?? null },
    notice: notice(),
    timeoutMs: more.timeoutMs ?? 10_000,
    patience: QUICK,
    chance: { next: () => 0.5 },
    end: more.end ?? new AbortController().signal,
  });
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("no", { status: code, headers });

describe("a webhook", () => {
  test(
    "is posted the notice as JSON, unsigned without a secret",
    async () => {
      await using server = new ReceiverServer();
      expect(await post(server.url)).toBeNull();
      const [received] = server.received;
      expect(received?.notice).toEqual(notice());
      expect(received?.headers.get("content-type")).toBe("application/json");
      expect(received?.headers.get("x-procman-signature")).toBeNull();
    },
    PATIENT_MS,
  );

  test(
    "can tell by the signature that what it was sent is from whoever has the secret",
    async () => {
      await using server = new ReceiverServer();
      expect(await post(server.url, { secret: "a secret" })).toBeNull();
      const [received] = server.received;
      const expected = createHmac("sha256", "a secret")
        .update(received?.body ?? "")
        .digest("hex");
      expect(received?.headers.get("x-procman-signature")).toBe(`sha256=${expected}`);
    },
    PATIENT_MS,
  );

  test(
    "that answers 500 and then 200 is told, by the same name both times",
    async () => {
      await using server = new ReceiverServer(
        (nth) => new Response("", { status: nth === 1 ? 500 : 204 }),
      );
      expect(await post(server.url)).toBeNull();
      const names = server.received.map(({ headers }) => headers.get("x-procman-delivery"));
      expect(names).toEqual(["home-alert-1-fired", "home-alert-1-fired"]);
    },
    PATIENT_MS,
  );

  test.each<[string, () => Response, string, number]>([
    ["keeps answering 503", status(503), "answered 503, 3 times", 3],
    ["asks to come later", status(429), "answered 429, 3 times", 3],
    ["refuses", status(403), "answered 403", 1],
    [
      "redirects",
      status(302, { location: "/elsewhere" }),
      "answered 302, and redirects are not followed",
      1,
    ],
  ])(
    "that %s is given up, and not followed anywhere",
    async (_, answer, reason, tries) => {
      await using server = new ReceiverServer(answer);
      expect(await post(server.url)).toBe(reason);
      expect(server.received.map(({ path }) => path)).toEqual(
        Array.from({ length: tries }, () => "/hook"),
      );
    },
    PATIENT_MS,
  );

  test(
    "that takes the connection and never answers is given up after its time, each time",
    async () => {
      const server = createServer(() => {}).listen(0, "127.0.0.1");
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      expect(await post(`http://127.0.0.1:${port}/`, { timeoutMs: 50 })).toBe(
        "did not answer within 50ms, 3 times",
      );
      server.close();
    },
    PATIENT_MS,
  );

  test(
    "that answers without end is told and let go of",
    async () => {
      const endless = () =>
        new Response(
          new ReadableStream({
            pull: async (controller) => {
              await Bun.sleep(1);
              controller.enqueue("more");
            },
          }),
        );
      await using server = new ReceiverServer(endless);
      expect(await post(server.url)).toBeNull();
    },
    PATIENT_MS,
  );

  test(
    "that is not there is tried again before it is given up",
    async () => {
      expect(await post(await deadUrl())).toMatch(/^cannot be reached: .+, 3 times$/);
    },
    PATIENT_MS,
  );

  test(
    "does not keep the daemon from ending",
    async () => {
      const stalled = Promise.withResolvers<Response>();
      await using server = new ReceiverServer(() => stalled.promise);
      const end = new AbortController();
      const posted = post(server.url, { timeoutMs: 60_000, end: end.signal });
      await eventually("it to be asked", async () => {
        const value = server.received.length;
        return { value, done: value > 0 };
      });
      end.abort();
      expect(await posted).toBe("the daemon is ending");
      stalled.resolve(new Response());
    },
    PATIENT_MS,
  );
});
