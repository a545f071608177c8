import { expect, test } from "bun:test";
import { fstatSync, readdirSync } from "node:fs";
import { createPortKeeper } from "../../src/platform/port-keeper.ts";

test("F67: a port that was kept is not taken by a child that still has a copy of the socket that kept it", async () => {
  const ports = createPortKeeper();
  const before = new Set(descriptors());
  const port = held(ports);
  const [kept = -1] = descriptors().filter((fd) => !before.has(fd));
  // As every child has until its `exec` is through.
  const child = Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore", kept] });
  const isFree = ports.handOver(port);
  child.kill("SIGKILL");
  await child.exited;
  expect(isFree).toBe(true);
});

test("F67: a port that was not kept is only handed over when nobody listens there", async () => {
  const ports = createPortKeeper();
  const stranger = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = stranger;
  expect(ports.handOver(port)).toBe(false);
  stranger.stop(true);
  expect(ports.handOver(port)).toBe(true);
});

/** One that nobody has. */
function held(ports: ReturnType<typeof createPortKeeper>): number {
  const port = Array.from({ length: 100 }, (_, nth) => 30_000 + nth).find((it) =>
    ports.hold(it, "shop/api"),
  );
  if (port === undefined) throw new Error("no port of a hundred is free");
  return port;
}

function descriptors(): number[] {
  return readdirSync("/dev/fd")
    .map(Number)
    .filter((fd) => isOpen(fd));
}

/** That of the listing itself is not any more. */
function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false; // EBADF
  }
}
