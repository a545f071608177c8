/** Where the daemon listens besides its socket: nowhere, unless asked. It is kept in a file, so that a daemon that is
 *  killed or replaced listens there again; one that is stopped forgets it. */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, problem, ProcmanError } from "../model/errors.ts";
import { listeningOn } from "../platform/strangers.ts";
import type { Listening as Shown, ListenInput } from "../protocol/listen.ts";
import {
  isLoopback,
  parseAddress,
  shownAddress,
  type Address,
} from "../transports/http/address.ts";
import type { LazyHttp } from "../transports/http/lazy.ts";
import type { SocketServer } from "../transports/listener.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { ownToken, tokenPath } from "./token.ts";

/** A port that another has may be free again. */
const RETRY_MS = 2_000;

type Wanted = Address & Pick<ListenInput, "expose">;

export class Listening implements SocketServer {
  readonly #home: string;
  readonly #log: DaemonLog;
  #http: LazyHttp | null = null;
  #wanted: Wanted | null = null;
  #server: (SocketServer & { readonly port: number }) | null = null;
  /** That of the server. */
  #token: string | null = null;
  #trouble: string | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;

  constructor(home: string, log: DaemonLog) {
    this.#home = home;
    this.#log = log;
  }

  /** Goes on where the daemon before has listened. */
  async begin(http: LazyHttp): Promise<void> {
    this.#http = http;
    this.#wanted = this.#read();
    if (this.#wanted !== null) await this.#tryAgain(this.#wanted);
  }

  present(): Shown | null {
    if (this.#wanted === null) return null;
    const address = { ...this.#wanted, port: this.#server?.port ?? this.#wanted.port };
    const url = `http://${shownAddress(address)}`;
    return { url, tokenFile: tokenPath(this.#home), trouble: this.#trouble };
  }

  async change({ address, expose }: ListenInput): Promise<{ listening: Shown | null }> {
    if (address === null) return this.#end();
    const wanted = { ...understood(address), expose };
    if (!expose && !isLoopback(wanted.host)) refuseExposed(address);
    const token = ownToken(this.#home);
    const isSame = this.#wanted !== null && isServed(wanted, this.#wanted);
    if (!isSame || this.#trouble !== null || token !== this.#token) await this.#replace(wanted);
    return { listening: this.present() };
  }

  async #replace(wanted: Wanted): Promise<void> {
    const before = this.#wanted;
    const isOwnPort = this.#server?.port === wanted.port;
    clearTimeout(this.#retry ?? undefined);
    if (isOwnPort) await this.#server?.stop(true);
    try {
      const server = await this.#open(wanted);
      if (!isOwnPort) void this.#server?.stop(true);
      this.#server = server;
    } catch (error) {
      if (before !== null && (isOwnPort || this.#trouble !== null)) await this.#tryAgain(before);
      throw error;
    }
    this.#trouble = null;
    // A free port was drawn once: from now on it is this one.
    this.#wanted = { ...wanted, port: this.#server.port };
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#wanted), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#log.write("info", "http", this.#told());
  }

  #end(): { listening: null } {
    if (this.#wanted !== null) this.#log.write("info", "http", "listens no longer");
    clearTimeout(this.#retry ?? undefined);
    void this.#server?.stop(true);
    this.#server = null;
    this.#wanted = null;
    this.#trouble = null;
    this.forget();
    return { listening: null };
  }

  /** Of the server; where it listens is kept. */
  async stop(cutOff: boolean): Promise<void> {
    clearTimeout(this.#retry ?? undefined);
    await this.#server?.stop(cutOff);
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#home, "listen.json");
  }

  #told(): string {
    return `listening on ${this.present()?.url ?? ""}`;
  }

  async #tryAgain(wanted: Wanted): Promise<void> {
    try {
      this.#server = await this.#open(wanted);
      this.#trouble = null;
      this.#log.write("info", "http", this.#told());
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (this.#trouble === null) this.#log.write("warn", "http", `${trouble}; will try again`);
      this.#trouble = trouble;
      this.#retry = setTimeout(() => void this.#tryAgain(wanted), RETRY_MS);
    }
  }

  async #open(wanted: Wanted): Promise<SocketServer & { readonly port: number }> {
    if (this.#http === null) fail("DAEMON_BUSY", "Cannot listen: the daemon is on its way up");
    try {
      const { listenOnTcp } = await import("../transports/http/tcp-door.ts");
      this.#token = ownToken(this.#home);
      return listenOnTcp(this.#http, wanted, this.#token);
    } catch (error) {
      throw told(error, wanted);
    }
  }

  #read(): Wanted | null {
    try {
      return JSON.parse(readFileSync(this.#path, "utf8")) as Wanted;
    } catch {
      return null; // It listens nowhere.
    }
  }
}

function understood(text: string): Address {
  const address = parseAddress(text);
  if (address !== null) return address;
  const hint = "It is HOST:PORT, like 127.0.0.1:4000, or [::1]:4000, or a port alone.";
  return fail("INVALID_PARAMETER", `Cannot listen on '${text}': that is no address`, hint);
}

function refuseExposed(address: string): never {
  const hint =
    "Add --expose if that is meant; what is said is not encrypted, so put a proxy with TLS or a tunnel before it.";
  const message = `Cannot listen on ${address}: other machines could reach it`;
  return fail("PERMISSION_DENIED", message, hint);
}

/** Any free port will do where one was drawn before. */
function isServed(wanted: Wanted, { host, port, expose }: Wanted): boolean {
  const isPort = wanted.port === port || wanted.port === 0;
  return wanted.host === host && isPort && wanted.expose === expose;
}

function told(error: unknown, { host, port }: Wanted): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const cannot = `Cannot listen on ${shownAddress({ host, port })}`;
  if (code === "EADDRINUSE") {
    const holders = listeningOn(port, () => null).map(
      ({ pid, command }) => `${command.split(" ")[0]} (pid ${pid})`,
    );
    const whose = holders.length === 0 ? "another program" : holders.join(", ");
    const hint = "Choose another port; 0 takes one that is free.";
    return new ProcmanError(
      problem("PORT_TAKEN", `${cannot}: the port is taken by ${whose}`, hint),
    );
  }
  if (code === "EACCES") {
    return new ProcmanError(problem("PERMISSION_DENIED", `${cannot}: permission denied`));
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EINVAL") {
    const why = "this machine has no such address";
    return new ProcmanError(problem("INVALID_PARAMETER", `${cannot}: ${why}`));
  }
  return error;
}
