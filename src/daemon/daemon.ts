/** The composition root: puts the daemon together, takes up what the one before left, and serves until it is told to
 *  go. The only place that sees everything. */

import { chdir } from "node:process";
import { join } from "node:path";
import { mutableCopy } from "../core/world.ts";
import { prepareHome } from "../client/paths.ts";
import { forgetProgram, tellKeeper } from "../client/keeper.ts";
import { chooseSocket, childSocketBeside, forgetSocket, leaveWord } from "../client/socket-path.ts";
import { identityOf } from "../platform/identity.ts";
import { processTable } from "../platform/process-table.ts";
import { calendar } from "../platform/calendar.ts";
import { createClock } from "../platform/clock.ts";
import type { HeldPipes } from "../platform/pipe-holder.ts";
import { createPortKeeper } from "../platform/port-keeper.ts";
import { createProcesses, type RealProcesses } from "../platform/processes.ts";
import { openCgroups, type Cgroups } from "../platform/cgroups.ts";
import { byProcess } from "../platform/process-limits.ts";
import { SpawnJournal } from "../platform/spawn-journal.ts";
import { sendToGroup } from "../platform/signals.ts";
import { chance } from "../platform/chance.ts";
import { holdsLock, takeLock } from "../platform/lock.ts";
import { inspectTree } from "../platform/proc-info.ts";
import type { Registry } from "../store/registry.ts";
import { Supervisor } from "../supervisor/supervisor.ts";
import { serveControlSocket, type ControlSocket } from "../transports/control-socket.ts";
import { createDispatch } from "../transports/dispatch.ts";
import { Listener, type ListenerOptions } from "../transports/listener.ts";
import { LazyHttp } from "../transports/http/lazy.ts";
import { UnderWay, type Ending } from "../transports/under-way.ts";
import { limits } from "../model/limits.ts";
import type { Input, InputOf, ProcessIdentity } from "../model/inputs.ts";
import type { World } from "../model/state.ts";
import type { DaemonOptions } from "./options.ts";
import { openChannels } from "./child-channels.ts";
import type { DaemonContext } from "./context.ts";
import { DaemonLog, eventLogger } from "./daemon-log.ts";
import { cleanOwnEnvironment } from "./environment.ts";
import { openErrands } from "./errands.ts";
import { openFollowers } from "./followers.ts";
import { OwnEvents } from "./own-events.ts";
import { idleMemory } from "./idle-memory.ts";
import { handOver, sameProgram, type NextProgram } from "./hand-over.ts";
import { allOperations } from "./operations/all.ts";
import { PortAllotment } from "./port-allotment.ts";
import { dropStalePipes } from "./stale-pipes.ts";
import { Listening } from "./listening.ts";
import { openLogSide } from "./log-side.ts";
import { openLogged } from "./logged-registry.ts";
import { openHolder, openOutput } from "./output.ts";
import { Projects } from "./projects.ts";
import { onTermination } from "./signals.ts";
import { StatusReader } from "./status-reader.ts";

export { EXIT_LOCKED } from "../client/keeper.ts";

/** Resolves when the daemon serves, or finds that another one does. It then runs until it ends the process. */
export async function runDaemon(options: DaemonOptions): Promise<"serving" | "locked"> {
  const { home, inPlace } = options;
  cleanOwnEnvironment(process.env);
  prepareHome(home);
  chdir(home);
  if (!takeLock(join(home, "daemon.lock"))) return "locked";

  const log = new DaemonLog(join(home, "daemon.log"));
  process.on("uncaughtException", (error) => log.trouble("daemon", "uncaught error", error));
  process.on("unhandledRejection", (error) => log.trouble("daemon", "unhandled rejection", error));

  const sockets = socketOptions(home, log);
  const daemon = compose(home, sockets.choosePath(), log);
  const { context, supervisor, processes, holder } = daemon;
  const pipes = dropStalePipes(join(home, "run"), supervisor.world);
  const children = new Listener({
    ...sockets,
    choosePath: () => childSocketBeside(sockets.choosePath()),
    serve: (path) => context.channels.listen(path),
  });
  // Before anything is started: what is started now is Bun's to reap.
  const inherited = inPlace ? processes.inherited() : [];
  holder.takeOver(pipes);
  const since = daemon.since(inPlace);
  await supervisor.submit({ kind: "recovered", since });
  context.watching.begin();
  context.balancing.look();
  processes.reap(inherited);
  await daemon.ownEvents.begin(since);
  const dispatch = createDispatch(allOperations(context), (what, error) =>
    log.trouble("dispatch", what, error),
  );
  const underWay = new UnderWay();
  const trouble = (what: string, error: unknown): void => log.trouble("http", what, error);
  const http = new LazyHttp({ dispatch, underWay, trouble, used: daemon.idle.observe });
  const alongside = context.listening;
  // Before the socket: who finds the daemon there finds it at its port, too.
  await alongside.begin(http);
  const control = serveControlSocket({ dispatch, underWay, http, alongside }, sockets);
  log.write("info", "daemon", `serving ${home} (pid ${process.pid}, Bun ${Bun.version})`);
  onTermination(context, log);
  noteProgram(home, log);
  daemon.onShutdown((how, next) => end({ how, next, control, children, daemon, log, options }));
  return "serving";
}

/** Without it the keeper starts the program again that it began with. */
function noteProgram(home: string, log: DaemonLog): void {
  try {
    tellKeeper(home, [...sameProgram(), "--home", home]);
  } catch (error) {
    log.trouble("daemon", "cannot tell the keeper what to start again", error);
  }
}

function socketOptions(home: string, log: DaemonLog): Omit<ListenerOptions, "serve"> {
  return {
    choosePath() {
      const path = chooseSocket(home, process.env);
      leaveWord(home, path);
      return path;
    },
    mayListen: () => holdsLock(join(home, "daemon.lock")),
    warn: (what) => log.write("warn", "socket", what),
  };
}

type Shutdown = (how: Ending, next: NextProgram) => Promise<void>;

interface Composition {
  readonly context: DaemonContext;
  readonly idle: ReturnType<typeof idleMemory>;
  readonly supervisor: Supervisor;
  readonly processes: RealProcesses;
  readonly holder: HeldPipes;
  readonly ownEvents: OwnEvents;
  since(inPlace: boolean): InputOf<"recovered">["since"];
  onShutdown(act: Shutdown): void;
  /** Lets go of what it holds of the world; what runs goes on running. From when `last` is called nothing else has
   *  its turn any more. */
  release(last: () => never): Promise<never>;
}

function compose(home: string, socket: string, log: DaemonLog): Composition {
  const [clock, bootId] = [createClock(), processTable.bootId()];
  const registry = openLogged(home, bootId, log);
  const loaded = registry.load();
  const [ports, cgroups] = [createPortKeeper(), openCgroups()];
  const [journal, inputDirectory] = [new SpawnJournal(join(home, "spawned")), join(home, "run")];
  const processes = createProcesses(clock, { cgroups, journal, ports, inputDirectory });
  const holder = openHolder(home, log);
  const trouble = (who: string) => (what: string, error: unknown) => log.trouble(who, what, error);
  const world = (): World => supervisor.world;
  const submit = (input: Input): Promise<void> => supervisor.submit(input);
  const output = openOutput(home, log, holder, submit);
  const channels = openChannels(() => context, log);
  const place = { home, log, clock, cgroups, channels, portKeeper: ports, socket };
  const followers = openFollowers({ ...place, world, submit });
  const { gauge, balancer } = followers;
  const io = { balancer, channels, clock, processes, output };
  const errands = openErrands({ home, output, hearing: channels, gauge });
  const { prober, notifier } = errands;
  const idle = idleMemory();
  const supervisor = new Supervisor({
    ports: { ...errands, ...io, calendar, chance, store: registry },
    world: worldAgain(loaded.world, socket, cgroups),
    lastSeq: loaded.lastSeq,
    observers: [eventLogger(log), idle, ...followers.observers],
    trouble: trouble("supervisor"),
  });
  const ownEvents = new OwnEvents(supervisor, registry, trouble("registry"));
  const logSide = openLogSide({ home, log, output, processes, world });
  const endings = [...logSide.endings, () => prober.close(), ...followers.endings];
  const shutdown = onceAsked();
  const context: DaemonContext = {
    supervisor,
    projects: new Projects(supervisor),
    statuses: new StatusReader(supervisor, { clock, output, prober, channels, gauge }),
    store: registry,
    clock,
    processes,
    inputs: processes.inputs,
    allotment: new PortAllotment(supervisor, ports),
    output,
    prober,
    channels,
    ...logSide.context,
    listening: new Listening(home, log),
    ...followers.context,
    facts: { home, identity: ownIdentity(), startedAtMs: clock.now().wallMs },
    shutdown: (how, next = sameProgram()) => shutdown.ask(how, next),
    probeTree: inspectTree,
    sendSignal: sendToGroup,
    identityOf,
  };
  return {
    context,
    idle,
    supervisor,
    processes,
    holder,
    ownEvents,
    since: (inPlace) =>
      loaded.bootId !== null && loaded.bootId !== bootId ? "boot" : inPlace ? "exec" : "crash",
    onShutdown: (handler) => shutdown.onAsked(handler),
    release: (last) =>
      letGo(last, { supervisor, processes, registry, output, notifier, holder, endings }),
  };
}

/** As it was stored, with what holds here and now. */
function worldAgain(stored: World, socket: string, cgroups: Cgroups | null) {
  const enforceable = { cgroup: cgroups?.controllers ?? [], ...byProcess() };
  return { ...mutableCopy(stored), childSocket: childSocketBeside(socket), enforceable };
}

interface Held {
  readonly supervisor: Supervisor;
  readonly processes: RealProcesses;
  readonly registry: Registry;
  readonly output: { close(): Promise<void> };
  readonly notifier: { close(graceMs: number): Promise<void> };
  readonly holder: { close(): void };
  /** What goes on by itself, each with the way to end it. */
  readonly endings: readonly (() => void)[];
}

async function letGo(last: () => never, held: Held): Promise<never> {
  const { supervisor, processes, registry, output, notifier, holder, endings } = held;
  supervisor.hold();
  for (const stop of endings) stop();
  await Promise.all([notifier.close(limits.noticesGraceMs), output.close()]);
  holder.close();
  // Bun tells of the children that it has reaped in the same turn of its loop. From here on it reaps none: a
  // child that ends now stays a zombie, and tells its exit code to the next program.
  await new Promise((resolve) => setImmediate(resolve));
  supervisor.close();
  processes.close();
  registry.close();
  return last();
}

function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid) ?? { pid: process.pid, startTicks: "" };
}

/** The end of the daemon is asked for by many, and comes once. */
function onceAsked() {
  let act: Shutdown = async () => {};
  let wasAsked = false;
  return {
    ask(how: Ending, next: NextProgram): void {
      if (wasAsked) return;
      wasAsked = true;
      void act(how, next);
    },
    onAsked(handler: Shutdown): void {
      act = handler;
    },
  };
}

interface End {
  readonly how: Ending;
  readonly next: NextProgram;
  readonly control: ControlSocket;
  readonly children: Listener;
  readonly daemon: Composition;
  readonly log: DaemonLog;
  readonly options: DaemonOptions;
}

async function end({ how, next, control, children, daemon, log, options }: End): Promise<void> {
  log.write("info", "daemon", how === "exit" ? "ending" : "replacing its own program");
  daemon.ownEvents.end(how);
  await control.close(how);
  await children.finish();
  if (how === "exit") {
    // Its socket lies beside the daemon's.
    daemon.context.balancing.close();
    forgetSocket(options.home);
    daemon.context.listening.forget();
    forgetProgram(options.home);
  }
  await daemon.release(() => {
    log.flush();
    return how === "exec" ? handOver(options, next) : process.exit(0);
  });
}
