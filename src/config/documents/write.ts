/** Configuration as text: YAML as Bun writes it, which its own parser reads back to the same data. */

/** A copy goes in, because what stands twice in the data would come out as an anchor and its alias. */
export function yamlOf(data: unknown): string {
  const text = Bun.YAML.stringify(JSON.parse(JSON.stringify(data)), null, 2);
  return `${text.trimEnd()}\n`;
}
