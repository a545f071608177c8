/** What a route is: a path and a method, what can be said with it, and what it answers. Routes have no judgement: they
 *  turn requests into calls of operations, and what those answer into replies. */

import type {
  CallName,
  InputOfOperation,
  OutputOfOperation,
  StreamName,
} from "../../protocol/operations.ts";
import type { Parameters, Values } from "./parameters.ts";
import type { Schema } from "./schema.ts";

export type Method = "GET" | "POST" | "DELETE";

/** The operations, for one request. Errors are thrown. */
export interface Calls {
  call<N extends CallName>(name: N, input: InputOfOperation<N>): Promise<OutputOfOperation<N>>;
  stream<N extends StreamName>(
    name: N,
    input: InputOfOperation<N>,
  ): Promise<AsyncIterable<OutputOfOperation<N>>>;
}

export interface Asked {
  readonly headers: Headers;
  /** What is in the path for `{…}`, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

export type Reply =
  | {
      readonly kind: "json";
      readonly body: unknown;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "text";
      readonly text: string;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "nothing"; readonly status: number }
  /** Text that is made as fast as it is read. */
  | {
      readonly kind: "stream";
      readonly chunks: AsyncIterable<string>;
      readonly type: string;
      /** Sent at once, and while there is nothing else to be said. */
      readonly beat?: string;
    };

export interface Route {
  readonly method: Method;
  /** With `{…}` for what is given in it. */
  readonly path: string;
  /** Its name in the description: `operationId`. */
  readonly name: string;
  readonly summary: string;
  /** What may be in the query, and for POST in the body as well. */
  readonly parameters: Parameters;
  /** The body is read as it is, under the name `body`: its keys are not known here. */
  readonly takesKeys?: true;
  /** The body is read as it is, whatever JSON it is, under the name `body`. */
  readonly takesAnything?: true;
  /** Needs no token. */
  readonly isOpen?: true;
  /** By media type. */
  readonly answers: Readonly<Record<string, Schema>>;
  readonly status?: number;
  readonly run: (
    calls: Calls,
    given: Readonly<Record<string, never>>,
    asked: Asked,
  ) => Promise<Reply>;
}

type Described = Omit<Route, "method" | "path" | "parameters" | "run" | "answers">;

interface Declared<P extends Parameters> extends Described {
  readonly parameters: P;
  /** JSON of that schema, or by media type. */
  readonly answers: Schema | { readonly byType: Readonly<Record<string, Schema>> };
  readonly run: (calls: Calls, given: Values<P>, asked: Asked) => Promise<Reply>;
}

/** `GET /path`; what is given has the types of its parameters. */
export function route<P extends Parameters>(where: `${Method} /${string}`, of: Declared<P>): Route {
  const [method, path] = where.split(" ") as [Method, string];
  const answers = "byType" in of.answers ? of.answers.byType : { "application/json": of.answers };
  return { ...of, method, path, answers, run: of.run as unknown as Route["run"] };
}

export function jsonReply(body: unknown, status = 200): Reply {
  return { kind: "json", body, status };
}
