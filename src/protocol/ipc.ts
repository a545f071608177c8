/** Messages between a run and procman: one JSON document a line, both ways. What has no key `procman` is the program's
 *  own. A new type of message is a row in `CHILD_MESSAGES` here and a handler in `ipc/handlers.ts`. */

import { z } from "zod";
import { limits } from "../model/limits.ts";
import { isDeeper } from "./depth.ts";

export const IPC_VERSION = 1;

/** What a run may say of its health, from good to bad. */
export const SAID_HEALTH = ["healthy", "warning", "critical", "unhealthy"] as const;

/** Answered as it was given. */
const messageId = z.union([z.string().min(1).max(200), z.number()]);
export type MessageId = z.output<typeof messageId>;

const NAME = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, "expected letters, digits, '.', '_', '-'");

/** As on the command line: `api`, `api.2`, `@group`, `web-*`. */
const target = z.string().min(1).max(200);

const topic = z.string().regex(/^[^\s*]{1,200}$/, "expected a name with no space and no '*'");
const topicPattern = z
  .string()
  .regex(/^(?:[^\s*]{1,200}|(?:[^\s*]{1,200}\.)?\*)$/, "expected a topic, 'PREFIX.*' or '*'");

/** An answer that is waited for longer is no answer. */
const LONGEST_REPLY_MS = 600_000;

/** Types are for ever; keys that a later version adds are passed over. */
const CHILD_MESSAGES = {
  /** Of which run it is, on `PROCMAN_SOCKET`; from then on it is told everything in envelopes. */
  hello: z.object({
    run: z.string().max(200).optional(),
    /** False: it takes no `message`. */
    messages: z.boolean().optional(),
    /** True: it takes `stream`. */
    streams: z.boolean().optional(),
  }),
  ready: z.looseObject({}),
  health: z.object({ status: z.enum(SAID_HEALTH), message: z.string().max(1_000).nullish() }),
  /** Becomes the event `app.NAME`. */
  event: z.object({ name: NAME, data: z.unknown().optional() }),
  /** What it measures of itself: the last value holds. */
  metric: z.object({ name: NAME, value: z.number() }),
  request: z.object({ id: messageId, method: z.string().max(100), params: z.unknown().optional() }),
  /** To others of its project. What has an id is answered. */
  send: z.object({
    id: messageId.optional(),
    to: target,
    data: z.unknown().optional(),
    /** To one of those that `to` names, not to each. */
    any: z.boolean().optional(),
    /** To one of them, whose answer is the answer. */
    replyWithinMs: z.int().positive().max(LONGEST_REPLY_MS).optional(),
  }),
  publish: z.object({ id: messageId.optional(), topic, data: z.unknown().optional() }),
  subscribe: z.object({ id: messageId.optional(), topic: topicPattern }),
  unsubscribe: z.object({ id: messageId.optional(), topic: topicPattern }),
  /** The first has `to`, the last `end`; `error` ends it before its time. */
  stream: z.object({
    id: messageId,
    to: target.optional(),
    data: z.unknown().optional(),
    end: z.boolean().optional(),
    error: z.string().max(10_000).optional(),
  }),
  /** It has dealt with so many chunks of a stream, and takes as many more. */
  credit: z.object({ id: messageId, n: z.int().positive() }),
  /** To `ping`. */
  pong: z.object({ id: messageId }),
  /** To `message`, and to `stream` after its end. */
  response: z.object({ id: messageId, result: z.unknown().optional() }),
  error: z.object({ id: messageId.nullish(), message: z.string().max(10_000) }),
} as const;

export type ChildMessageType = keyof typeof CHILD_MESSAGES;
export type ChildMessageOf<T extends ChildMessageType> = {
  readonly type: T;
} & z.output<(typeof CHILD_MESSAGES)[T]>;
export type ChildMessage = { [T in ChildMessageType]: ChildMessageOf<T> }[ChildMessageType];

export type RefusalCode =
  | "NO_JSON"
  | "TOO_LARGE"
  | "UNKNOWN_VERSION"
  | "UNKNOWN_TYPE"
  | "INVALID_MESSAGE"
  | "UNKNOWN_RUN"
  | "TOO_MANY_REQUESTS"
  | "TOO_MANY_METRICS"
  | "TOO_MANY_SUBSCRIPTIONS"
  | "TOO_MANY_STREAMS"
  /** Of the receiver. */
  | "NOT_RUNNING"
  | "NOT_LISTENING"
  | "QUEUE_FULL"
  | "NO_ANSWER"
  /** More was sent than there was credit for. */
  | "NO_CREDIT"
  | "STREAM_BROKEN";

/** What procman says. */
export type ParentMessage =
  | { readonly type: "ping"; readonly id: MessageId }
  /** It is killed at `deadline`, ISO 8601. */
  | { readonly type: "shutdown"; readonly deadline: string }
  /** Keys of its definition that are others now, and take effect without a restart. */
  | { readonly type: "config"; readonly changed: readonly string[] }
  | Delivery
  /** One has `from` and is the first, one has `end` or `error` and is the last. */
  | {
      readonly type: "stream";
      readonly id: MessageId;
      readonly from?: string;
      readonly data?: unknown;
      readonly end?: true;
      readonly error?: string;
    }
  /** So many more chunks of its stream may be sent. */
  | { readonly type: "credit"; readonly id: MessageId; readonly n: number }
  | { readonly type: "response"; readonly id: MessageId; readonly result: unknown }
  | Refusal;

/** What was sent or published. */
export interface Delivery {
  readonly type: "message";
  readonly from: string;
  readonly data: unknown;
  /** It wants a `response`. */
  readonly id?: MessageId;
  /** What it was published under. */
  readonly topic?: string;
  /** So many that were published before it were left out, because too much waited. */
  readonly leftOut?: number;
}

export interface Refusal {
  readonly type: "error";
  /** That of what was wrong, where it could be read. */
  readonly id?: MessageId;
  /** One of `RefusalCode`, or of an error of procman. */
  readonly code: string;
  readonly message: string;
}

/** What a line turns out to be. */
export type Heard =
  | { readonly kind: "message"; readonly message: ChildMessage }
  /** The program's own. */
  | { readonly kind: "own"; readonly message: unknown }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export function readLine(line: string): Heard {
  if (isDeeper(line, limits.messageDepth)) {
    return refused("INVALID_MESSAGE", "it is nested too deeply");
  }
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return refused("NO_JSON", "this line is no JSON document");
  }
  // As pm2 has it, and whoever writes a program without procman in mind.
  if (said === "ready") return { kind: "message", message: { type: "ready" } };
  if (!isEnvelope(said)) return { kind: "own", message: said };
  const given = messageId.safeParse(said["id"]);
  const named = given.success ? given.data : undefined;
  const { procman: version, type } = said;
  if (version !== IPC_VERSION) {
    const text = `version ${shown(version)} is not known here, ${IPC_VERSION} is`;
    return refused("UNKNOWN_VERSION", text, named);
  }
  if (typeof type !== "string" || !Object.hasOwn(CHILD_MESSAGES, type)) {
    return refused("UNKNOWN_TYPE", `there is no message of type ${shown(type)}`, named);
  }
  const read = CHILD_MESSAGES[type as ChildMessageType].safeParse(said);
  if (!read.success) return refused("INVALID_MESSAGE", `${type}: ${faultOf(read.error)}`, named);
  return { kind: "message", message: { type, ...read.data } as ChildMessage };
}

/** As it goes out, with the end of its line. */
export function lineOf(message: ParentMessage): string {
  return `${JSON.stringify({ procman: IPC_VERSION, ...message })}\n`;
}

export function refusal(code: RefusalCode, message: string, id?: MessageId): Refusal {
  return { type: "error", ...(id === undefined ? {} : { id }), code, message };
}

function refused(code: RefusalCode, message: string, id?: MessageId): Heard {
  return { kind: "refused", refusal: refusal(code, message, id) };
}

function isEnvelope(said: unknown): said is Readonly<Record<string, unknown>> {
  return (
    said !== null &&
    typeof said === "object" &&
    !Array.isArray(said) &&
    Object.hasOwn(said, "procman")
  );
}

const SHOWN_CHARS = 50;

/** Of what may be long, its beginning. */
function shown(value: unknown): string {
  if (typeof value === "string") return `'${value.slice(0, SHOWN_CHARS)}'`;
  return value !== null && typeof value === "object" ? "that is no number" : String(value);
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "is not as it has to be";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
