/** A browser without a window, for tests of the dashboard: Chromium, spoken to by its own protocol. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

/** Null where there is none. */
export const CHROMIUM = Bun.which("chromium");

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Browser {
  /** What pages have complained of: errors that nobody caught, and what their policy forbids. */
  readonly complaints: string[] = [];
  readonly #directory: string;
  readonly #child: Bun.Subprocess;
  readonly #answers = new Map<number, (told: Told) => void>();
  #socket: WebSocket | null = null;
  #count = 0;

  private constructor(program: string) {
    this.#directory = mkdtempSync(join(tmpdir(), "procman-test-browser-"));
    this.#child = Bun.spawn(
      [program, ...FLAGS, `--user-data-dir=${this.#directory}`, "about:blank"],
      {
        env: { PATH: process.env["PATH"] ?? "", HOME: this.#directory, TMPDIR: this.#directory },
        stdio: ["ignore", "ignore", "ignore"],
      },
    );
  }

  static async open(program: string): Promise<Browser> {
    const browser = new Browser(program);
    await browser.#connect();
    return browser;
  }

  async goTo(url: string): Promise<void> {
    await this.#ask("Page.navigate", { url });
  }

  /** What an expression comes to in the page. */
  async value<T>(expression: string): Promise<T> {
    const given = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#ask<{
      readonly result: { readonly value?: T };
      readonly exceptionDetails?: {
        readonly text: string;
        readonly exception?: { readonly description?: string };
      };
    }>("Runtime.evaluate", given);
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as T;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    await eventually(`${expression} in the page`, async () => {
      const done = await this.value<boolean>(`Boolean(${expression})`).catch(() => false);
      return {
        value: done ? null : await this.value("document.body?.innerText").catch(() => null),
        done,
      };
    });
  }

  /** Presses a key, as somebody at the keyboard does. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : {};
    // What a browser does by itself on a key, such as closing a dialog, goes by its code.
    const code = key === "Escape" ? { windowsVirtualKeyCode: 27 } : {};
    await this.#ask("Input.dispatchKeyEvent", { type: "keyDown", key, ...text, ...code });
    await this.#ask("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  /** Puts another window in front; gives back what takes it away again. */
  async cover(): Promise<() => Promise<void>> {
    const given = { url: "about:blank" };
    const { targetId } = await this.#ask<{ readonly targetId: string }>(
      "Target.createTarget",
      given,
    );
    await this.until("document.hidden");
    return async () => {
      await this.#ask("Target.closeTarget", { targetId });
      await this.until("!document.hidden");
    };
  }

  async resize(width: number, height: number): Promise<void> {
    const size = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#ask("Emulation.setDeviceMetricsOverride", size);
  }

  /** As set by whoever prefers the dark, or the light. */
  async prefer(scheme: "dark" | "light"): Promise<void> {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.#ask("Emulation.setEmulatedMedia", { features });
  }

  async screenshot(path: string): Promise<void> {
    const { data } = await this.#ask<{ readonly data: string }>("Page.captureScreenshot");
    await Bun.write(path, Buffer.from(data, "base64"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.close();
    this.#child.kill();
    await this.#child.exited;
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  async #connect(): Promise<void> {
    const file = join(this.#directory, "DevToolsActivePort");
    await eventually("the browser", async () => {
      return { value: file, done: existsSync(file) && port(file) !== "" };
    });
    const targets = (await (await fetch(`http://127.0.0.1:${port(file)}/json`)).json()) as {
      readonly type: string;
      readonly webSocketDebuggerUrl: string;
    }[];
    const page = targets.find(({ type }) => type === "page");
    const socket = new WebSocket(page?.webSocketDebuggerUrl ?? "");
    socket.addEventListener("message", ({ data }) => this.#told(JSON.parse(String(data)) as Told));
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    this.#socket = socket;
    for (const domain of ["Page", "Runtime", "Log"]) await this.#ask(`${domain}.enable`);
  }

  #told(told: Told): void {
    if (told.id !== undefined) this.#answers.get(told.id)?.(told);
    else if (told.method === "Runtime.exceptionThrown") {
      this.complaints.push(JSON.stringify(told.params));
    } else if (told.method === "Log.entryAdded") {
      const { source, text } = (told.params?.["entry"] ?? {}) as { source?: string; text?: string };
      if (source === "security" || source === "javascript") this.complaints.push(text ?? "");
    }
  }

  async #ask<T>(method: string, params: object = {}): Promise<T> {
    const id = (this.#count += 1);
    const { promise, resolve } = Promise.withResolvers<Told>();
    this.#answers.set(id, resolve);
    this.#socket?.send(JSON.stringify({ id, method, params }));
    const { result, error } = await promise;
    this.#answers.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }
}

function port(file: string): string {
  return readFileSync(file, "utf8").split("\n")[0] ?? "";
}
