/** Commands, and the strings that they are made of, as they stand in definitions. */

/** A string that may hold `${…}`, expanded for each instance when it is started; see `template.ts`. */
export type Template = string;

/** `list` is executed directly; `line` by the shell, or directly when it has no shell syntax in it. */
export type CommandSpec =
  | { readonly kind: "list"; readonly argv: readonly Template[] }
  | { readonly kind: "line"; readonly line: Template; readonly shell: readonly string[] };
