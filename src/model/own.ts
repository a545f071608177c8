/** Looking up names that users chose: `constructor` is a name like any other, and no property of every object. */

export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
