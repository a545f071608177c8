/** The description of the interface, OpenAPI 3.1, made from the routes. */

import { VERSION } from "../../protocol/version.ts";
import { SCHEMAS } from "./answers.ts";
import { LOGIN_PATH, WEB_SOCKET_PATH } from "./paths.ts";
import type { Parameter } from "./parameters.ts";
import type { Route } from "./route.ts";
import { named, type Schema } from "./schema.ts";

export function openApi(routes: readonly Route[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  const events = routes.find(({ name }) => name === "followEvents");
  if (events !== undefined) paths[WEB_SOCKET_PATH] = { get: webSocketOf(events) };
  paths[LOGIN_PATH] = {
    get: loginWith(inQueryOf({ token, code })),
    post: loginWith({ requestBody: tokenBody }),
  };
  return {
    openapi: "3.1.1",
    info: {
      title: "procman",
      version: VERSION,
      summary: "Processes, their output and what happens to them.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: SCHEMAS,
      responses: { Problem: problemAnswer },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "Over TCP. The socket of the daemon needs none.",
        },
      },
    },
  };
}

function operationOf(route: Route) {
  const { name, summary, answers, status = 200, isOpen } = route;
  const content = Object.fromEntries(
    Object.entries(answers).map(([type, schema]) => [type, { schema }]),
  );
  return {
    operationId: name,
    summary,
    ...(isOpen === true ? { security: [] } : {}),
    parameters: [...inPath(route), ...inQuery(route)],
    ...bodyOf(route),
    responses: {
      [String(status)]: { description: summary, content },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

const problemAnswer = {
  description: "What went wrong. Actions of which some failed tell all `results`.",
  content: { "application/problem+json": { schema: named("Problem") } },
};

function inPath({ path }: Route) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    description: name === "pid" ? "A process of the system." : TARGET,
    schema: { type: "string" },
  }));
}

const TARGET =
  "A name, `name.2`, `@group`, a pattern, a pid, or `project/name`; percent-encoded, so `shop%2Fapi`.";

function inQuery({ method, parameters }: Route) {
  return Object.entries(parameters).map(([name, { about, schema, isRequired }]) => ({
    name,
    in: "query",
    // What is given in a body need not be given twice.
    required: isRequired && method !== "POST",
    description: `${about}.`,
    schema,
  }));
}

function bodyOf({ method, parameters, takesKeys, takesAnything }: Route) {
  if (method !== "POST") return {};
  if (takesAnything === true) {
    return { requestBody: { required: true, content: { "application/json": { schema: {} } } } };
  }
  const entries = Object.entries(parameters);
  const isNeeded = ([, it]: readonly [string, Parameter<unknown>]): boolean => it.isRequired;
  const schema: Schema = {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([name, it]) => [name, { ...it.schema, description: `${it.about}.` }]),
    ),
    ...(takesKeys === true
      ? {
          description: "And any key of a process: `procman config schema` describes them.",
          additionalProperties: true,
        }
      : { additionalProperties: false }),
    required: takesKeys === true ? ["command"] : [],
  };
  const required = takesKeys === true || entries.some(isNeeded);
  return { requestBody: { required, content: { "application/json": { schema } } } };
}

function webSocketOf(events: Route) {
  return {
    operationId: "followEventsAndCommand",
    summary: "The same as a WebSocket, which also takes commands.",
    parameters: inQuery(events),
    responses: {
      "101": { description: "Events as {type, event}; {id, method, path, body} is answered." },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

const token: Schema = { type: "string", description: "That of the file `http-token`." };
const code: Schema = {
  type: "string",
  description: "Of a link of `procman dash`; it serves once.",
};
const tokenBody = {
  required: true,
  content: {
    "application/json": {
      schema: { type: "object", properties: { token }, required: ["token"] },
    },
  },
};

/** One of them has to be there. */
function inQueryOf(schemas: Readonly<Record<string, Schema>>) {
  const parameters = Object.entries(schemas).map(([name, schema]) => {
    return { name, in: "query", required: false, schema };
  });
  return { parameters };
}

function loginWith(how: object) {
  const isQuery = "parameters" in how;
  return {
    operationId: isQuery ? "loginAndGoOn" : "login",
    summary: "Exchanges the token, or a code, for a cookie; over TCP only.",
    security: [],
    ...how,
    responses: {
      [isQuery ? "303" : "204"]: { description: "The cookie is set." },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}
