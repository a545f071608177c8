/** Loaded into Bun programs whose instances share a port by the kernel (`balance: reuseport`), before they are: they listen
 *  on it beside each other, without knowing. Whatever else they listen on is theirs alone.
 *
 *  In Bun `node:http` serves by `Bun.serve` and `node:net` listens by `Bun.listen`, both looked up when they are called
 *  (tried on 1.4.5), so these two are all there is. It imports nothing: it is a guest. */

interface Stoppable {
  stop(cutOff?: boolean): unknown;
}

/** Of what is given to `Bun.serve` and `Bun.listen`, what matters here. */
interface ListenOptions {
  readonly port?: unknown;
  readonly unix?: unknown;
  readonly fetch?: unknown;
}

type Listen = (options: ListenOptions) => Stoppable;

const { PORT, PROCMAN_OWN_PORT } = process.env;
/** Everything that listens on the shared port. */
const shared = new Set<Stoppable>();

if (PORT !== undefined && PROCMAN_OWN_PORT !== undefined) join(Number(PROCMAN_OWN_PORT));

export function join(ownPort: number): void {
  const [serve, listen] = [Bun.serve, Bun.listen] as unknown as readonly [Listen, Listen];
  Object.assign(Bun, {
    serve(options: ListenOptions): Stoppable {
      // Nobody has to say the port of a server.
      if (!isShared(options, options.port ?? PORT)) return serve(options);
      const server = share(serve, options);
      // The same, for those who mean this instance and no other.
      const own = { port: ownPort, hostname: "127.0.0.1", reusePort: false, id: null };
      beside(server, () => serve(over(options, own)));
      return server;
    },
    listen(options: ListenOptions): Stoppable {
      if (!isShared(options, options.port)) return listen(options);
      const server = share(listen, options);
      // What it would make of its handlers is not known: so this only tells that it is there.
      const socket = { open: (it: { end(): void }) => it.end(), data() {} };
      const own = { port: ownPort, hostname: "127.0.0.1", socket };
      beside(server, () => listen(own));
      return server;
    },
  });
}

function isShared({ unix }: ListenOptions, port: unknown): boolean {
  return unix === undefined && String(port) === PORT;
}

function share(listen: Listen, options: ListenOptions): Stoppable {
  const server = listen(over(options, { reusePort: true }));
  if (shared.size === 0) process.on("SIGTERM", onTerminate);
  shared.add(server);
  return server;
}

/** Options may be an instance of a class, whose methods are not its own. */
function over(options: ListenOptions, others: Readonly<Record<string, unknown>>): ListenOptions {
  const properties = Object.entries(others).map(([name, value]) => {
    return [name, { value, enumerable: true }] as const;
  });
  return Object.create(options, Object.fromEntries(properties)) as ListenOptions;
}

/** The second one comes and goes with the first, and holds up nobody's end. */
function beside(server: Stoppable, listen: () => Stoppable): void {
  let second: Stoppable & { unref?(): void };
  try {
    second = listen();
  } catch {
    return; // Another part of the program, such as a worker, has that port already.
  }
  second.unref?.();
  const stop = server.stop.bind(server);
  server.stop = (cutOff) => {
    second.stop(cutOff);
    return stop(cutOff);
  };
}

/** No new connections, and what is under way is finished. Then it ends as it would have; unless it does something about
 *  the signal itself, which is then all that happens. */
function onTerminate(): void {
  void finish();
}

async function finish(): Promise<void> {
  const isAlone = process.listenerCount("SIGTERM") === 1;
  await Promise.all([...shared].map((server) => server.stop()));
  if (!isAlone) return;
  process.off("SIGTERM", onTerminate);
  process.kill(process.pid, "SIGTERM");
}
