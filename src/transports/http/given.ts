/** What a request says, read by the parameters of its route; all that is wrong with it is told at once. */

import { httpLimits } from "../../model/http-limits.ts";
import { nearest } from "../../model/nearest.ts";
import type { Parameters } from "./parameters.ts";
import { invalid, Refusal, type Fault } from "./refusal.ts";
import type { Route } from "./route.ts";

export type Given = Readonly<Record<string, unknown>>;

/** `body`: undefined when there is none. */
export function givenTo(route: Route, query: URLSearchParams, body: unknown): Given {
  if (route.takesAnything === true) {
    const { takesAnything: _, ...rest } = route;
    return { ...givenTo(rest, query, undefined), body };
  }
  const faults: Fault[] = [];
  const inBody = body === undefined ? {} : requireMap(body);
  const found: Record<string, unknown> = {};
  const own = route.takesKeys === true ? pick(inBody, route.parameters) : inBody;
  const inQuery = Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key)]));
  for (const [name, { length }] of Object.entries(inQuery)) {
    if (length > 1) faults.push({ in: "query", name, message: "it is there more than once" });
  }
  for (const name of Object.keys(inQuery)) known(name, "query");
  for (const name of Object.keys(own)) known(name, "body");
  for (const [name, parameter] of Object.entries(route.parameters)) {
    const isInBody = Object.hasOwn(own, name);
    const value = isInBody ? own[name] : inQuery[name]?.[0];
    found[name] = null;
    const place = isInBody ? "body" : "query";
    if (value === undefined || value === null) {
      if (parameter.isRequired) faults.push({ in: bodyOr(route), name, message: "is missing" });
      continue;
    }
    const read = parameter.read(value);
    if (read === undefined) {
      const message = `expected ${parameter.expected}, got ${shown(value)}`;
      faults.push({ in: place, name, message });
    } else found[name] = read;
  }
  if (faults.length > 0) throw invalid(faults);
  return route.takesKeys === true ? { ...found, body: omit(inBody, route.parameters) } : found;

  function known(name: string, place: Fault["in"]): void {
    if (Object.hasOwn(route.parameters, name)) return;
    const similar = nearest(name, Object.keys(route.parameters));
    const hint = similar === null ? "" : `; did you mean '${similar}'?`;
    faults.push({ in: place, name, message: `there is no such parameter${hint}` });
  }
}

/** The body as JSON; undefined when there is none. */
export async function bodyOf(request: Request): Promise<unknown> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const text = await textOf(request);
  if (text === "") return undefined;
  if (type !== "application/json") {
    // Forms of pages cannot send it, either.
    const hint = "Send 'Content-Type: application/json'.";
    throw new Refusal(415, "USAGE", `Cannot read ${type || "a body of no type"}`, hint, {
      Accept: "application/json",
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalid([{ in: "body", name: "the body", message }]);
  }
}

async function textOf({ headers, body }: Request): Promise<string> {
  if (body === null) return "";
  if (Number(headers.get("content-length") ?? "0") > httpLimits.bodyBytes) tooLarge();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > httpLimits.bodyBytes) tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tooLarge(): never {
  const message = `Cannot read a body of more than ${httpLimits.bodyBytes} bytes`;
  throw new Refusal(413, "USAGE", message, null, { Connection: "close" });
}

function requireMap(body: unknown): Readonly<Record<string, unknown>> {
  if (body !== null && typeof body === "object" && !Array.isArray(body)) {
    return body as Readonly<Record<string, unknown>>;
  }
  throw invalid([{ in: "body", name: "the body", message: "expected a JSON object" }]);
}

function pick(from: Given, parameters: Parameters): Given {
  const own = Object.entries(from).filter(([key]) => Object.hasOwn(parameters, key));
  return Object.fromEntries(own);
}

function omit(from: Given, parameters: Parameters): Given {
  const others = Object.entries(from).filter(([key]) => !Object.hasOwn(parameters, key));
  return Object.fromEntries(others);
}

function bodyOr({ method }: Route): Fault["in"] {
  return method === "POST" ? "body" : "query";
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
