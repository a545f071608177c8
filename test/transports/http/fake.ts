/** The HTTP interface without a daemon: operations take what they take, are recorded, and answer what a test says. */

import { createDispatch, type Handlers } from "../../../src/transports/dispatch.ts";
import { Http } from "../../../src/transports/http/http.ts";
import type { HttpServer } from "../../../src/transports/http/options.ts";
import { ownSocket, type Door } from "../../../src/transports/http/own-socket.ts";
import { UnderWay } from "../../../src/transports/under-way.ts";
import { fail, type ErrorCode } from "../../../src/model/errors.ts";

export interface Asked {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export class FakeHttp {
  readonly asked: Asked[] = [];
  readonly troubles: unknown[] = [];
  /** What connections may be silent for. */
  readonly timeouts: number[] = [];
  readonly underWay = new UnderWay();
  readonly #http: Http;
  readonly #server = {
    timeout: (_: Request, seconds: number) => void this.timeouts.push(seconds),
    upgrade: () => false,
  } as unknown as HttpServer;

  /** Outputs by the name of the operation; a code is an error; a function makes one. */
  constructor(outputs: Readonly<Record<string, unknown>> = {}) {
    const handle = (name: string) => (input: unknown, signal: AbortSignal) => {
      this.asked.push({ name, input: input as Asked["input"] });
      const given = outputs[name];
      if (given instanceof Failure) fail(given.code, `Cannot ${name}`);
      const output: unknown = typeof given === "function" ? given(input, signal) : given;
      return output === undefined ? { results: [] } : output;
    };
    const handlers = new Proxy({}, { get: (_, name) => handle(String(name)) });
    const dispatch = createDispatch(handlers as Handlers, () => {});
    const trouble = (_: string, error: unknown): void => void this.troubles.push(error);
    this.#http = new Http({ dispatch, underWay: this.underWay, used: () => {}, trouble });
  }

  async ask(line: string, init: RequestInit = {}, door: Door = ownSocket): Promise<Response> {
    const [method = "", path = ""] = line.split(" ");
    const request = new Request(`http://localhost${path}`, { method, ...init });
    const response = await this.#http.answer(request, this.#server, door);
    if (response === undefined) throw new Error("it went on as a WebSocket");
    return response;
  }
}

export class Failure {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    this.code = code;
  }
}

export function json(body: unknown): RequestInit {
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}
