/** The environments of a pm2 ecosystem file. There each app has its own `env_NAME`, chosen by `--env NAME`; here a
 *  profile has one environment for all, and that of a process goes before it. */

import { escapeTemplate } from "../../model/template.ts";
import { isMap } from "../tree.ts";
import type { App } from "./pm2-app.ts";
import { own } from "../../model/own.ts";

export interface NamedApp {
  readonly name: string;
  readonly app: App;
}

type Variables = Record<string, unknown>;

export interface Environments {
  /** The project's; undefined where there is nothing in it. */
  readonly shared: Variables | undefined;
  readonly profiles: Record<string, { env?: Variables }> | undefined;
  /** Those of the processes, by name. */
  readonly ofApps: ReadonlyMap<string, Variables | undefined>;
}

/**
 * A variable of a profile on which all apps agree becomes the project's and the profile's. Any other gets a name of
 * its own for each app, which the project and the profile set, and to which the app's variable refers.
 */
export function environmentsOf(apps: readonly NamedApp[]): Environments {
  const profiles = unique(apps.flatMap(({ app }) => profilesIn(app)));
  const byProfile = new Map<string, Variables>(profiles.map((profile) => [profile, {}]));
  const shared: Variables = {};
  const ofApps = new Map(apps.map(({ name, app }) => [name, variablesOf(app["env"])]));
  const changing = unique(
    apps.flatMap(({ app }) => profilesIn(app).flatMap((key) => Object.keys(inProfile(app, key)))),
  );
  for (const variable of changing) {
    const agreed = unique(
      apps.map(({ app }) => JSON.stringify(allValues(app, variable, profiles))),
    );
    for (const { name, app } of apps) {
      if (!profiles.some((profile) => Object.hasOwn(inProfile(app, profile), variable))) continue;
      const env = ofApps.get(name)!;
      const carrier = agreed.length === 1 ? variable : carrierOf(name, variable);
      const base = env[variable];
      if (base !== undefined) shared[carrier] = base;
      for (const profile of profiles) {
        const value = inProfile(app, profile)[variable];
        if (value !== undefined) byProfile.get(profile)![carrier] = value;
      }
      if (carrier === variable) delete env[variable];
      else
        env[variable] = base === undefined ? `\${${carrier}:-\${${variable}:-}}` : `\${${carrier}}`;
    }
  }
  return {
    shared: filled(shared),
    profiles: filled(
      Object.fromEntries(
        [...byProfile].map(([profile, env]) => [profile, filled(env) ? { env } : {}]),
      ),
    ),
    ofApps: new Map([...ofApps].map(([name, env]) => [name, filled(env)])),
  };
}

function carrierOf(name: string, variable: string): string {
  return `${name.toUpperCase().replaceAll("-", "_").replace(/^\d/, "_$&")}_${variable}`;
}

function profilesIn(app: App): string[] {
  return Object.keys(app)
    .filter((key) => key.startsWith("env_") && isMap(app[key]))
    .map((key) => key.slice("env_".length));
}

function inProfile(app: App, profile: string): Variables {
  return variablesOf(app[`env_${profile}`]);
}

function allValues(app: App, variable: string, profiles: readonly string[]): unknown[] {
  const maps = [variablesOf(app["env"]), ...profiles.map((profile) => inProfile(app, profile))];
  return maps.map((map) => own(map, variable) ?? null);
}

/** pm2 expands nothing in values, and writes maps and lists as JSON. */
function variablesOf(map: unknown): Variables {
  if (!isMap(map)) return {};
  const isPlain = (value: unknown): boolean => value === null || typeof value !== "object";
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => {
      const text = isPlain(value) ? value : JSON.stringify(value);
      return [name, typeof text === "string" ? escapeTemplate(text) : text];
    }),
  );
}

function filled<Map extends object>(map: Map): Map | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
