/** Who has subscribed to what. A look costs as much as the topic has parts, however many have subscribed. */

import type { ProjectName } from "../model/ids.ts";

export class Topics<Subscriber> {
  readonly #most: number;
  /** By project and pattern. */
  readonly #subscribers = new Map<string, Set<Subscriber>>();
  readonly #keys = new Map<Subscriber, Set<string>>();

  /** Of each subscriber so many are taken. */
  constructor(mostOfEach: number) {
    this.#most = mostOfEach;
  }

  /** `pattern`: a topic, `PREFIX.*` for all that begin so, or `*`. False when it has too many already. */
  subscribe(subscriber: Subscriber, project: ProjectName, pattern: string): boolean {
    const key = keyOf(project, pattern);
    const keys = this.#keys.get(subscriber) ?? new Set();
    if (keys.size >= this.#most && !keys.has(key)) return false;
    this.#keys.set(subscriber, keys.add(key));
    this.#subscribers.set(key, (this.#subscribers.get(key) ?? new Set()).add(subscriber));
    return true;
  }

  unsubscribe(subscriber: Subscriber, project: ProjectName, pattern: string): void {
    const key = keyOf(project, pattern);
    this.#keys.get(subscriber)?.delete(key);
    this.#drop(subscriber, key);
  }

  forget(subscriber: Subscriber): void {
    for (const key of this.#keys.get(subscriber) ?? []) this.#drop(subscriber, key);
    this.#keys.delete(subscriber);
  }

  /** Each once, whichever of its subscriptions it is by. */
  of(project: ProjectName, topic: string): ReadonlySet<Subscriber> {
    const found = new Set<Subscriber>();
    for (const pattern of patternsOf(topic)) {
      for (const it of this.#subscribers.get(keyOf(project, pattern)) ?? []) found.add(it);
    }
    return found;
  }

  #drop(subscriber: Subscriber, key: string): void {
    const subscribers = this.#subscribers.get(key);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) this.#subscribers.delete(key);
  }
}

/** Of `a.b.c`: itself, `a.b.*`, `a.*` and `*`. */
function patternsOf(topic: string): string[] {
  const found = [topic, "*"];
  for (let dot = topic.indexOf("."); dot >= 0; dot = topic.indexOf(".", dot + 1)) {
    found.push(`${topic.slice(0, dot)}.*`);
  }
  return found;
}

/** No name of a project has a space. */
function keyOf(project: ProjectName, pattern: string): string {
  return `${project} ${pattern}`;
}
