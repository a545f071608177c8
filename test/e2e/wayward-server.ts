/** A server for probes, which answers with a status that can be changed. */

export function wayward(slownessMs = 0) {
  let status = 200;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch() {
      await Bun.sleep(slownessMs);
      return new Response("said", { status });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/up`,
    answer(next: number) {
      status = next;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
