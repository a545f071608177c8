/** Notices on their way: in order, to each receiver by itself, with an end to everything. */

import { expect, test } from "bun:test";
import type { Delivery } from "../../src/model/alerts.ts";
import { limits } from "../../src/model/limits.ts";
import { createNotifier, type OpenNotifier } from "../../src/observers/notifier.ts";
import { runCommand } from "../../src/platform/run-command.ts";
import { eventually } from "../e2e/eventually.ts";
import { delivery, notice, shell } from "./notices.ts";
import { ReceiverServer } from "./receiver-server.ts";

const PATIENT_MS = 30_000;
const patience = { tries: 2, initialMs: 5, factor: 1, jitter: 0 };

function open() {
  const undelivered: string[] = [];
  const notifier = createNotifier({ run: runCommand, chance: { next: () => 0.5 }, patience });
  return {
    notifier,
    undelivered,
    deliver: (given: Partial<Delivery>) =>
      notifier.deliver(delivery(given), (receiver, reason) => {
        undelivered.push(`${receiver}: ${reason}`);
      }),
  };
}

function numbered(count: number): Delivery["notice"][] {
  return Array.from({ length: count }, (_, nth) => notice({ type: `event.${nth}` }));
}

const drained = (notifier: OpenNotifier) => notifier.close(PATIENT_MS);

test(
  "a receiver is told in order, what has to be tried again included",
  async () => {
    await using server = new ReceiverServer(
      (nth) => new Response("", { status: nth === 1 ? 500 : 200 }),
    );
    const { notifier, deliver, undelivered } = open();
    const webhook = { url: server.url, secret: null };
    for (const it of numbered(3)) deliver({ webhook, notice: it });
    await drained(notifier);
    expect(server.told).toEqual([
      "fired event.0",
      "fired event.0",
      "fired event.1",
      "fired event.2",
    ]);
    expect(undelivered).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "a receiver that stalls delays no other one, and is ended with the daemon",
  async () => {
    const never = Promise.withResolvers<Response>();
    await using stalled = new ReceiverServer(() => never.promise);
    await using good = new ReceiverServer();
    const { notifier, deliver, undelivered } = open();
    for (const it of numbered(2)) {
      deliver({ webhook: { url: stalled.url, secret: null }, notice: it, timeoutMs: PATIENT_MS });
      deliver({ webhook: { url: good.url, secret: null }, notice: it });
    }
    await eventually("the good receiver to be told", async () => ({
      value: good.told,
      done: good.told.length === 2 && stalled.told.length === 1,
    }));
    expect(undelivered).toEqual([]);
    await notifier.close(0);
    expect(undelivered).toEqual(["webhook: the daemon is ending", "webhook: the daemon is ending"]);
    never.resolve(new Response());
  },
  PATIENT_MS,
);

test(
  "what waits for a receiver has a limit, and what is beyond it is told of once",
  async () => {
    const gate = Promise.withResolvers<Response>();
    await using server = new ReceiverServer(() => gate.promise.then(() => new Response()));
    const { notifier, deliver, undelivered } = open();
    const webhook = { url: server.url, secret: null };
    for (const it of numbered(limits.noticesWaiting + 50)) deliver({ webhook, notice: it });
    expect(undelivered).toEqual([
      `webhook: has ${limits.noticesWaiting} notices waiting; further ones are dropped until it takes some`,
    ]);
    gate.resolve(new Response());
    await drained(notifier);
    expect(server.told.length).toBe(limits.noticesWaiting);
  },
  PATIENT_MS,
);

test(
  "a command that fails is told of with the last that it wrote",
  async () => {
    const { notifier, deliver, undelivered } = open();
    deliver({ exec: shell("echo first >&2; echo no pager >&2; exit 3") });
    deliver({ exec: shell("cat > /dev/null") });
    deliver({ exec: { ...shell(""), argv: ["/nowhere/pager"] } });
    await drained(notifier);
    expect(undelivered.toSorted()).toEqual([
      "exec: cannot be started: there is no file '/nowhere/pager' (/nowhere/pager)",
      "exec: exited with code 3: no pager",
    ]);
  },
  PATIENT_MS,
);

test(
  "a command that does not end is killed when its time is over",
  async () => {
    const { notifier, deliver, undelivered } = open();
    deliver({ exec: shell("sleep 1000"), timeoutMs: 100 });
    await drained(notifier);
    expect(undelivered).toEqual(["exec: did not end within 100ms, and was killed"]);
  },
  PATIENT_MS,
);
