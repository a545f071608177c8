/** The live view: what happens is taken into a state, and the state is drawn when it is another. */

import { Client } from "../../client/client.ts";
import type { CommandContext } from "../command.ts";
import { painter, wantsColor, type Paint } from "../output.ts";
import { watchStatuses } from "../status-watch.ts";
import { terminalSize } from "../terminal.ts";
import { act, doing, failure } from "./act.ts";
import type { Ask } from "./ask.ts";
import { attach } from "./attach.ts";
import { frameOf } from "./frame.ts";
import { Inquiries } from "./inquiries.ts";
import type { Key } from "./keys.ts";
import { LogFollower } from "./log-follower.ts";
import { Looks, type Look } from "./looks.ts";
import { press } from "./press.ts";
import { settled } from "./rows.ts";
import type { SortKey } from "./sort-keys.ts";
import { firstState, said, type TopState } from "./state.ts";
import { Terminal } from "./terminal.ts";
import { withLook } from "./with-look.ts";

/** Between two frames. */
const FRAME_MS = 100;
/** Between two looks at the log while nothing else happens. */
const LOG_MS = 150;
const STATUS_MS = 1_000;
/** How long somebody who leaves waits for what he has asked. */
const SEND_MS = 250;
/** A storm of events is looked at that often. */
const TOGETHER_MS = 200;

/** Nobody catches them: what they say is to be read when the terminal is given back, not drawn over. */
const FAULTS = ["uncaughtException", "unhandledRejection"] as const;

/** Resolves to the exit status, when somebody leaves. */
export async function runTop(context: CommandContext, sort: SortKey): Promise<number> {
  const top = new Top(context, sort);
  try {
    return await top.run();
  } finally {
    top.close();
  }
}

class Top {
  readonly #context: CommandContext;
  readonly #paint: Paint;
  readonly #terminal: Terminal;
  readonly #looks: Looks;
  readonly #inquiries: Inquiries;
  readonly #log: LogFollower;
  readonly #ended = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  #state: TopState;
  readonly #acting = new Set<Promise<unknown>>();
  #hasBegun = false;
  #isAttaching = false;
  #drawn: TopState | null = null;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #changed = Promise.withResolvers<void>();
  #code = 0;

  constructor(context: CommandContext, sort: SortKey) {
    const { env, args } = context;
    const say = (message: string): void => this.#say(message);
    const client = new Client({ env, home: context.client.home, say });
    this.#context = { ...context, client, say };
    this.#paint = painter(wantsColor(1, env, args.text("color")));
    this.#terminal = new Terminal({
      key: (key) => this.#guarded(() => this.#press(key)),
      resized: (size) => this.#update((state) => ({ ...state, size })),
      ended: (code) => this.#leave(code),
    });
    const update = (change: (state: TopState) => TopState): void => this.#update(change);
    this.#looks = new Looks(this.#context);
    this.#inquiries = new Inquiries(this.#context, update, this.#paint);
    this.#log = new LogFollower(client.home);
    this.#state = firstState({ size: terminalSize(), isOfAll: args.isSet("all"), sort });
    // Somebody waits for it only from `run` on.
    this.#failed.promise.catch(() => null);
    for (const name of FAULTS) process.on(name, this.#failed.reject);
  }

  async run(): Promise<number> {
    const watched = watchStatuses(
      this.#context,
      {
        look: async () => [await this.#looks.look()],
        show: ([look], trouble) => this.#show(look, trouble),
        everyMs: STATUS_MS,
        togetherMs: TOGETHER_MS,
      },
      this.#ended.signal,
    );
    const left = new Promise<void>((resolve) => {
      this.#ended.signal.addEventListener("abort", () => resolve());
    });
    await Promise.race([left, watched, this.#frames(), this.#failed.promise]);
    this.#terminal.close();
    // What was asked last is to be sent at least; it is done whether or not somebody waits for it.
    await Promise.race([Promise.allSettled(this.#acting), Bun.sleep(SEND_MS)]);
    return this.#code;
  }

  close(): void {
    this.#ended.abort();
    this.#terminal.release();
    for (const name of FAULTS) process.off(name, this.#failed.reject);
  }

  /** Called first when there is something to be seen: what fails before is told as by any command. */
  #show(look: Look | undefined, trouble: string | null): void {
    if (this.#ended.signal.aborted) return;
    this.#update((state) => withLook(state, look, trouble, Date.now()));
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#terminal.open();
  }

  async #frames(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await Promise.race([this.#changed.promise, Bun.sleep(LOG_MS)]);
      const waitMs = this.#drawnMs + FRAME_MS - performance.now();
      if (waitMs > 0) await Bun.sleep(waitMs);
      this.#changed = Promise.withResolvers();
      this.#draw();
    }
  }

  #draw(): void {
    if (!this.#terminal.isOpen) return;
    this.#state = this.#log.look(this.#state);
    this.#inquiries.look(this.#state, this.#failed.reject);
    if (this.#state === this.#drawn) return;
    this.#drawn = this.#state;
    this.#drawnMs = performance.now();
    this.#terminal.draw(frameOf(this.#state, this.#paint));
  }

  #update(change: (state: TopState) => TopState): void {
    this.#state = settled(change(this.#state));
    this.#changed.resolve();
  }

  #press(key: Key): void {
    const { state, ask } = press(this.#state, key);
    this.#update(() => state);
    if (ask !== null) this.#do(ask);
  }

  #do(ask: Ask): void {
    switch (ask.kind) {
      case "leave":
        return this.#leave(ask.isInterrupt ? 130 : 0);
      case "suspend":
        return this.#terminal.suspend();
      case "redraw":
        this.#terminal.forget();
        this.#drawn = null;
        return;
      case "attach":
        void this.#attach(ask.id).catch(this.#failed.reject);
        return;
      case "action":
        void this.#act(ask).catch(this.#failed.reject);
    }
  }

  async #act({ action, id }: Extract<Ask, { readonly kind: "action" }>): Promise<void> {
    this.#update((state) => doing(state, action, id));
    const acting = act(this.#context, action, id);
    this.#acting.add(acting);
    try {
      this.#update(await acting);
    } finally {
      this.#acting.delete(acting);
    }
  }

  async #attach(id: string): Promise<void> {
    if (this.#isAttaching) return;
    this.#isAttaching = true;
    try {
      const text = await attach(this.#context, id, this.#terminal);
      this.#update((state) => said(state, text));
    } catch (error) {
      this.#update(failure(error));
    } finally {
      this.#isAttaching = false;
      this.#drawn = null;
    }
  }

  #leave(code: number): void {
    this.#code = code;
    this.#ended.abort();
  }

  #say(message: string): void {
    if (!this.#terminal.isOpen) return this.#context.say(message);
    this.#update((state) => said(state, message));
  }

  #guarded(does: () => void): void {
    try {
      does();
    } catch (error) {
      this.#failed.reject(error);
    }
  }
}
