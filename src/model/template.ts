/** Strings with `${…}` in them: `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${db.port}`, and `$${` for a literal `${`. */

import { limits } from "./limits.ts";

export interface TemplateScope {
  variable(name: string): string | undefined;
  port(process: string): number | undefined;
}

export type Expansion =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/**
 * The text with every `${…}` replaced. What replaces it is taken as it is: a value that holds `${…}` is not
 * expanded again. As in a shell, `:-` and `:?` also take an empty variable for an unset one.
 */
export function expandTemplate(text: string, scope: TemplateScope): Expansion {
  if (!text.includes("${")) return { ok: true, value: text };
  const parsed = parse(text);
  return parsed.ok ? expandParts(parsed.parts, scope) : parsed;
}

/** The processes whose port the text asks for, each once. Empty for a text that cannot be read. */
export function portReferences(text: string): string[] {
  if (!text.includes(".port}")) return [];
  const names = partsOf(text).flatMap((part) => (part.kind === "port" ? [part.process] : []));
  return [...new Set(names)];
}

/** The variables that the text names, in defaults and messages too, each once. Empty for a text that cannot be read. */
export function variableReferences(text: string): string[] {
  const names = partsOf(text).flatMap((part) => (part.kind === "variable" ? [part.name] : []));
  return [...new Set(names)];
}

/** A template that expands to exactly `text`. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("${", "$$${");
}

/**
 * The text with every reference to variable `name` replaced by the template `value`, null meaning unset. So a layer
 * of environment can refer to what the layer below it has under the same name.
 */
export function inlineVariable(text: string, name: string, value: string | null): string {
  const parsed = parse(text);
  return parsed.ok ? parsed.parts.map((part) => inlinePart(part, name, value)).join("") : text;
}

/** Defaults within defaults, `${A:-${B:-x}}`, go that deep. */
const MAX_DEPTH = 16;

type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "port"; readonly process: string }
  | {
      readonly kind: "variable";
      readonly name: string;
      readonly whenUnset: "error" | "default" | "message";
      /** The default, or the message. */
      readonly argument: readonly Part[];
    };

type Parsed =
  | { readonly ok: true; readonly parts: readonly Part[]; readonly end: number }
  | { readonly ok: false; readonly message: string };

/** Where something other than more of the literal may begin. */
const SPECIAL = /[$}]/g;
const VARIABLE_HEAD = /([A-Za-z_][A-Za-z0-9_]*)(\}|:-|:\?)/y;
const PORT = /([A-Za-z0-9][A-Za-z0-9_-]*)\.port\}/y;

function parse(text: string): Parsed {
  return parseParts(text, 0, 0);
}

/** The parts from `start` on; inside an argument (`depth` > 0) as far as the `}` that ends it. */
function parseParts(text: string, start: number, depth: number): Parsed {
  if (depth > MAX_DEPTH) return unreadable(text, `defaults are nested deeper than ${MAX_DEPTH}`);
  const parts: Part[] = [];
  let literal = "";
  let at = start;
  while (at < text.length) {
    if (depth > 0 && text[at] === "}") break;
    if (text.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      if (literal !== "") parts.push({ kind: "literal", text: literal });
      literal = "";
      const reference = parseReference(text, at + 2, depth);
      if (!reference.ok) return reference;
      parts.push(...reference.parts);
      at = reference.end;
    } else {
      SPECIAL.lastIndex = at + 1;
      const next = SPECIAL.test(text) ? SPECIAL.lastIndex - 1 : text.length;
      literal += text.slice(at, next);
      at = next;
    }
  }
  if (depth > 0 && at >= text.length) return unreadable(text, "a `${` is not closed by a `}`");
  if (literal !== "") parts.push({ kind: "literal", text: literal });
  return { ok: true, parts, end: at };
}

/** What follows a `${`, its `}` included. */
function parseReference(text: string, start: number, depth: number): Parsed {
  PORT.lastIndex = start;
  const port = PORT.exec(text);
  if (port) {
    return { ok: true, parts: [{ kind: "port", process: port[1]! }], end: PORT.lastIndex };
  }
  VARIABLE_HEAD.lastIndex = start;
  const head = VARIABLE_HEAD.exec(text);
  if (!head) return unknownReference(text, start);
  const end = VARIABLE_HEAD.lastIndex;
  const name = head[1]!;
  if (head[2] === "}") {
    return { ok: true, parts: [{ kind: "variable", name, whenUnset: "error", argument: [] }], end };
  }
  const argument = parseParts(text, end, depth + 1);
  if (!argument.ok) return argument;
  const whenUnset = head[2] === ":-" ? "default" : "message";
  return {
    ok: true,
    parts: [{ kind: "variable", name, whenUnset, argument: argument.parts }],
    end: argument.end + 1,
  };
}

function unknownReference(text: string, start: number): Parsed {
  const close = text.indexOf("}", start);
  if (close < 0) return unreadable(text, "a `${` is not closed by a `}`");
  const inside = text.slice(start - 2, close + 1);
  return {
    ok: false,
    message: `"${inside}" is none of \${VAR}, \${VAR:-default}, \${VAR:?message} and \${process.port}; write $\${ for a literal \${`,
  };
}

function unreadable(text: string, why: string): Parsed {
  return { ok: false, message: `"${text}" cannot be read: ${why}` };
}

function expandParts(parts: readonly Part[], scope: TemplateScope): Expansion {
  let value = "";
  for (const part of parts) {
    const expanded = expandPart(part, scope);
    if (!expanded.ok) return expanded;
    value += expanded.value;
    if (value.length > limits.expandedCharacters) return TOO_LONG;
  }
  return { ok: true, value };
}

function unsetHint(name: string): string {
  if (name === "PORT") return "A process with a `port` has it.";
  return `Set it, or write \${${name}:-default}.`;
}
/** Variables that hold others several times over would otherwise fill the memory. */
const TOO_LONG: Expansion = {
  ok: false,
  message: `it becomes longer than ${limits.expandedCharacters} characters`,
};

function expandPart(part: Part, scope: TemplateScope): Expansion {
  if (part.kind === "literal") return { ok: true, value: part.text };
  if (part.kind === "port") {
    const port = scope.port(part.process);
    return port === undefined
      ? { ok: false, message: `there is no port of a process "${part.process}"` }
      : { ok: true, value: String(port) };
  }
  const value = scope.variable(part.name);
  const isSet = value !== undefined && (value !== "" || part.whenUnset === "error");
  if (isSet) return { ok: true, value };
  if (part.whenUnset === "default") return expandParts(part.argument, scope);
  if (part.whenUnset === "error") {
    return { ok: false, message: `variable ${part.name} is not set`, hint: unsetHint(part.name) };
  }
  const message = expandParts(part.argument, scope);
  return { ok: false, message: `${part.name}: ${message.ok ? message.value : message.message}` };
}

/** Every part of the text, those within defaults and messages included. */
function partsOf(text: string): Part[] {
  const parsed = text.includes("${") ? parse(text) : null;
  return parsed?.ok ? parsed.parts.flatMap(withArguments) : [];
}

function withArguments(part: Part): Part[] {
  return part.kind === "variable" ? [part, ...part.argument.flatMap(withArguments)] : [part];
}

function inlinePart(part: Part, name: string, value: string | null): string {
  switch (part.kind) {
    case "literal":
      return escapeTemplate(part.text);
    case "port":
      return `\${${part.process}.port}`;
    case "variable": {
      const argument = part.argument.map((inner) => inlinePart(inner, name, value)).join("");
      if (part.name === name && value !== null && value !== "") return value;
      if (part.name === name && value === "" && part.whenUnset === "error") return "";
      if (part.name === name && part.whenUnset === "default") return argument;
      if (part.whenUnset === "error") return `\${${part.name}}`;
      return `\${${part.name}:${part.whenUnset === "default" ? "-" : "?"}${argument}}`;
    }
  }
}
