/** Messages between a run and procman: one JSON document a line, both ways. What has no key `procman` is the program's
 *  own. A new type of message is a row in `CHILD_MESSAGES` here and a handler in `ipc/handlers.ts`. */

import { z } from "zod";

export const IPC_VERSION = 1;

/** What a run may say of its health, from good to bad. */
export const SAID_HEALTH = ["healthy", "warning", "critical", "unhealthy"] as const;

/** Answered as it was given. */
const messageId = z.union([z.string().min(1).max(200), z.number()]);
export type MessageId = z.output<typeof messageId>;

/** Types are for ever; keys that a later version adds are passed over. */
const CHILD_MESSAGES = {
  /** Of which run it is, on `PROCMAN_SOCKET`; from then on it is told everything in envelopes. */
  hello: z.object({
    run: z.string().max(200).optional(),
    /** False: it takes no `message`. */
    messages: z.boolean().optional(),
  }),
  ready: z.looseObject({}),
  health: z.object({ status: z.enum(SAID_HEALTH), message: z.string().max(1_000).nullish() }),
  /** Becomes the event `app.NAME`. */
  event: z.object({
    name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, "expected letters, digits, '.', '_', '-'"),
    data: z.unknown().optional(),
  }),
  request: z.object({ id: messageId, method: z.string().max(100), params: z.unknown().optional() }),
  /** To `ping`. */
  pong: z.object({ id: messageId }),
  /** To `message`. */
  response: z.object({ id: messageId, result: z.unknown().optional() }),
  error: z.object({ id: messageId.nullish(), message: z.string().max(10_000) }),
} as const;

export type ChildMessageType = keyof typeof CHILD_MESSAGES;
export type ChildMessageOf<T extends ChildMessageType> = {
  readonly type: T;
} & z.output<(typeof CHILD_MESSAGES)[T]>;
export type ChildMessage = { [T in ChildMessageType]: ChildMessageOf<T> }[ChildMessageType];

/** Of version 1, and still to come. */
const TO_COME: ReadonlySet<string> = new Set(["metric", "send", "publish", "subscribe", "stream"]);

export type RefusalCode =
  | "NO_JSON"
  | "TOO_LARGE"
  | "UNKNOWN_VERSION"
  | "UNKNOWN_TYPE"
  | "NOT_SUPPORTED_YET"
  | "INVALID_MESSAGE"
  | "UNKNOWN_RUN"
  | "TOO_MANY_REQUESTS";

/** What procman says. */
export type ParentMessage =
  | { readonly type: "ping"; readonly id: MessageId }
  /** It is killed at `deadline`, ISO 8601. */
  | { readonly type: "shutdown"; readonly deadline: string }
  /** One with an id wants a `response`. */
  | {
      readonly type: "message";
      readonly from: string;
      readonly data: unknown;
      readonly id?: MessageId;
    }
  | { readonly type: "response"; readonly id: MessageId; readonly result: unknown }
  | Refusal;

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
    const isToCome = typeof type === "string" && TO_COME.has(type);
    return isToCome
      ? refused("NOT_SUPPORTED_YET", `messages of type '${type}' are not supported yet`, named)
      : refused("UNKNOWN_TYPE", `there is no message of type ${shown(type)}`, named);
  }
  const read = CHILD_MESSAGES[type as ChildMessageType].safeParse(said);
  if (!read.success) return refused("INVALID_MESSAGE", `${type}: ${faultOf(read.error)}`, named);
  return { kind: "message", message: { type, ...read.data } as ChildMessage };
}

/** As it goes out, with the end of its line. Throws what `JSON.stringify` throws. */
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

/** Not with `JSON.stringify`, which a value that is deep enough breaks. */
function shown(value: unknown): string {
  if (typeof value === "string") return `'${value.slice(0, SHOWN_CHARS)}'`;
  return value !== null && typeof value === "object" ? "that is no number" : String(value);
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "is not as it has to be";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
