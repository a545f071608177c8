/** Probes over HTTP and TCP against servers that do everything but answer as they should. */

import { expect, test } from "bun:test";
import type { Socket } from "bun";
import type { HttpCheck } from "../../src/model/probe.ts";
import type { Outcome } from "../../src/platform/probes/attempt.ts";
import { hiding } from "../../src/platform/hiding.ts";
import { httpAttempt } from "../../src/platform/probes/http.ts";
import { tcpAttempt } from "../../src/platform/probes/tcp.ts";
import { eventually, fixture } from "./stage.ts";

const PACE = { intervalMs: 10, timeoutMs: 5_000 };

interface Talk {
  open?(socket: Socket): void;
  data?(socket: Socket, bytes: Buffer): void;
}

/** A server that says what it is told to, byte for byte. */
function serve(talk: Talk) {
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => talk.open?.(socket),
      data: (socket, bytes) => talk.data?.(socket, bytes),
      drain() {},
    },
  });
  const url = `http://127.0.0.1:${server.port}/up`;
  return { url, port: server.port, [Symbol.dispose]: () => server.stop(true) };
}

const answering = (text: string): Talk => ({ data: (socket) => void socket.end(text) });

function ask(url: string, check: Partial<HttpCheck> = {}, timeoutMs = PACE.timeoutMs) {
  const probe = { kind: "http", url, ...check, ...PACE, timeoutMs } as const;
  const attempt = httpAttempt(probe, hiding({ PATH: "/bin/up", MY_TOKEN: "s3cr3t-path" }));
  return attempt(AbortSignal.timeout(timeoutMs));
}

/** The text without the port, which is another one each time. */
const shown = ({ text }: Outcome): string => text.replace(/:\d+\//, "/");

const GET = "GET http://127.0.0.1/up";

const ANSWERS: readonly (readonly [string, string, Partial<HttpCheck>, boolean, string])[] = [
  ["plain", "HTTP/1.1 200 OK\r\n\r\nhello", {}, true, `${GET} answered 200`],
  ["not found", "HTTP/1.1 404 No\r\n\r\n", {}, false, `${GET} answered 404`],
  [
    "a redirect, as in a loop",
    "HTTP/1.1 302 Found\r\nLocation: /up\r\n\r\n",
    {},
    false,
    `${GET} answered 302, a redirect, which is not followed`,
  ],
  [
    "a redirect that is wanted",
    "HTTP/1.1 302 Found\r\nLocation: /up\r\n\r\n",
    { statuses: [{ from: 200, to: 399 }] },
    true,
    `${GET} answered 302`,
  ],
  [
    "hints before the answer",
    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
    {},
    true,
    `${GET} answered 204`,
  ],
  [
    "the wanted body",
    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n all",
    { body: "a.l$" },
    true,
    `${GET} answered 200`,
  ],
  [
    "the wanted body in chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n5;x=1\r\n well\r\n0\r\n\r\n",
    { body: "^all well$" },
    true,
    `${GET} answered 200`,
  ],
  [
    "another body",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad",
    { body: "well" },
    false,
    `${GET} answered 200 without /well/`,
  ],
  ["no HTTP", "220 mail.example ESMTP\r\n", {}, false, `${GET} got an answer that is no HTTP`],
  [
    "half a head",
    "HTTP/1.1 200 OK\r\nA:",
    {},
    false,
    `${GET} got no answer: the connection was closed`,
  ],
  ["nothing", "", {}, false, `${GET} got no answer: the connection was closed`],
];

test.each(ANSWERS)(
  "an answer is taken for what it is: %s",
  async (_, text, check, passed, said) => {
    using server = serve(answering(text));
    const outcome = await ask(server.url, check);
    expect({ passed: outcome.passed, text: shown(outcome) }).toEqual({ passed, text: said });
  },
);

test("F60: a server that never answers costs its time and no more", async () => {
  using server = serve({});
  const outcome = await ask(server.url, {}, 100);
  expect(shown(outcome)).toBe(`${GET} did not answer within 100ms`);
});

test("a server that answers byte by byte is heard out until the time is over", async () => {
  const timers: ReturnType<typeof setInterval>[] = [];
  using server = serve({
    data(socket) {
      const text = `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(10_000)}`;
      let at = 0;
      timers.push(setInterval(() => socket.write(text.charAt(at++)), 1));
    },
  });
  const outcome = await ask(server.url, { body: "y" }, 400);
  for (const timer of timers) clearInterval(timer);
  expect(shown(outcome)).toBe(`${GET} did not end its answer within 400ms`);
});

test("of a gigabyte only the beginning is taken, and nothing of it when only the status counts", async () => {
  const chunk = Buffer.alloc(256 * 1024, "x");
  let sent = 0;
  let open = 0;
  const pour = (socket: Socket): void => {
    for (let wrote = chunk.length; wrote === chunk.length && sent < 2 ** 30;) {
      wrote = socket.write(chunk);
      sent += Math.max(0, wrote);
    }
  };
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: () => void (open += 1),
      close: () => void (open -= 1),
      data(socket) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
        pour(socket);
      },
      drain: pour,
    },
  });
  const url = `http://127.0.0.1:${server.port}/up`;
  expect((await ask(url)).passed).toBe(true);
  const outcome = await ask(url, { body: "y" });
  expect(shown(outcome)).toBe(`${GET} answered 200 without /y/ in its first 256 KiB`);
  await eventually("the connection to be closed", () => open === 0);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
}, 30_000);

test("a server that closes at once is one that does not pass", async () => {
  using server = serve({ open: (socket) => socket.terminate() });
  const outcome = await ask(server.url);
  expect(outcome.passed).toBe(false);
  expect(shown(outcome)).toStartWith(GET);
});

test("it asks as it was told to, with credentials and without showing what may be secret", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  using server = serve({
    data(socket, bytes) {
      resolve(bytes.toString());
      socket.end("HTTP/1.1 503 No\r\n\r\n");
    },
  });
  const url = `http://me:s%3Acret@127.0.0.1:${server.port}/up?token=t0ken`;
  const outcome = await ask(url, {
    method: "HEAD",
    headers: { "X-Token": "abc", Host: "shop.test" },
  });
  const request = await promise;
  expect(request).toStartWith("HEAD /up?token=t0ken HTTP/1.1\r\n");
  expect(request).toContain("host: shop.test\r\n");
  expect(request).toContain("x-token: abc\r\n");
  expect(request).toContain(`authorization: Basic ${btoa("me:s:cret")}\r\n`);
  expect(shown(outcome)).toBe("HEAD http://127.0.0.1/up?… answered 503");
});

test("a secret of the environment is not shown as part of an address either", async () => {
  using server = serve(answering("HTTP/1.1 500 No\r\n\r\n"));
  const { text } = await ask(server.url.replace("/up", "/hooks/s3cr3t-path/up"));
  expect(text.replace(/:\d+\//, "/")).toBe("GET http://127.0.0.1/hooks/********/up answered 500");
});

test("a header with a line break in it is not sent", async () => {
  using server = serve(answering("HTTP/1.1 200 OK\r\n\r\n"));
  const outcome = await ask(server.url, { headers: { a: "b\r\nc: d" } });
  expect(shown(outcome)).toBe(`${GET} failed: a header holds a line break`);
});

test("what nobody listens on was refused, and a host that is none is said to be none", async () => {
  const server = serve({});
  server[Symbol.dispose]();
  expect(shown(await ask(server.url))).toBe(`${GET} was refused`);
  const { text } = await tcpAttempt({ address: String(server.port), ...PACE })(
    AbortSignal.timeout(5_000),
  );
  expect(text).toBe(`the connection to localhost:${server.port} was refused`);
  expect((await ask("http://no.such.host.invalid/")).text).toEndWith("failed: no such host");
}, 30_000);

test("localhost is asked where it answered last, and elsewhere when it does not any more", async () => {
  const asked: string[] = [];
  const listen = (hostname: string, port: number, status: number) =>
    Bun.serve({
      hostname,
      port,
      fetch() {
        asked.push(hostname);
        return new Response(null, { status });
      },
    });
  const first = listen("127.0.0.1", 0, 200);
  const port = first.port ?? 0;
  const url = `http://localhost:${port}/up`;
  const attempt = httpAttempt({ kind: "http", url, ...PACE }, hiding({}));
  const result = async (): Promise<string> => {
    const { passed, text } = await attempt(AbortSignal.timeout(5_000));
    return `${passed} ${text.replace(/.* /, "")}`;
  };
  expect([await result(), await result()]).toEqual(["true 200", "true 200"]);
  const second = listen("::1", port, 200);
  expect(await result()).toBe("true 200");
  await first.stop(true);
  expect([await result(), await result()]).toEqual(["true 200", "true 200"]);
  await second.stop(true);
  expect(await result()).toBe("false refused");
  using third = listen("::1", port, 500);
  expect([await result(), await result()]).toEqual(["false 500", "false 500"]);
  void third;
  expect(asked.join(" ")).toBe("127.0.0.1 127.0.0.1 127.0.0.1 ::1 ::1 ::1 ::1");
}, 30_000);

test("three hundred silent servers keep nobody else from being asked", async () => {
  using silent = serve({});
  using good = serve(answering("HTTP/1.1 200 OK\r\n\r\n"));
  const waiting = Array.from({ length: 300 }, () => ask(silent.url, {}, 3_000));
  expect((await ask(good.url, {}, 2_000)).passed).toBe(true);
  await Promise.all(waiting);
}, 30_000);

const CERTIFICATE = fixture("localhost-cert.pem");

test("over TLS a certificate is trusted by the authority that is named, or when none is asked for", async () => {
  const [cert, key] = [CERTIFICATE, fixture("localhost-key.pem")].map((it) => Bun.file(it));
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: cert!, key: key! },
    fetch: () => new Response("secret"),
  });
  const url = `https://localhost:${server.port}/`;
  const says = async (tls: HttpCheck["tls"], at = url): Promise<string> => {
    const { passed, text } = await ask(at, {
      body: "^secret$",
      ...(tls === undefined ? {} : { tls }),
    });
    return `${passed} ${text.replace(/:\d+\//, "/")}`;
  };
  expect(await says({ ca: CERTIFICATE })).toBe("true GET https://localhost/ answered 200");
  expect(await says({ insecure: true })).toBe("true GET https://localhost/ answered 200");
  expect(await says(undefined)).toBe(
    "false GET https://localhost/ is not trusted: self signed certificate",
  );
  expect(await says({ ca: CERTIFICATE }, url.replace("localhost", "127.0.0.1"))).toStartWith(
    "false GET https://127.0.0.1/ is not trusted: Hostname/IP does not match",
  );
  expect(await says({ ca: "/nowhere.pem" })).toBe(
    "false GET https://localhost/ failed: cannot read /nowhere.pem: ENOENT",
  );
}, 30_000);
