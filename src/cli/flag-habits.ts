/** Flags as pm2 and docker compose have them, each with what to say here: when a command does not know one. */

const RUN = "'procman run -d --name NAME -- COMMAND' starts a command under a name.";
const SCALE = "'procman scale NAME=N' changes how many instances run.";
const PREFIX = "'procman logs --no-prefix' shows the lines alone.";
const JSON_INSTEAD = "'--json' writes JSON.";

/** By the flag without its dashes; null when nothing is to be said. */
export function flagHabit(name: string): string | null {
  return Object.hasOwn(FLAG_HABITS, name) ? (FLAG_HABITS[name] ?? null) : null;
}

export const FLAG_HABITS: Readonly<Record<string, string>> = {
  name: RUN,
  "no-daemon": "'procman up' stays in the foreground; '-d' makes it return.",
  watch: "`watch: true` in the configuration restarts a process when its files change.",
  "update-env": "'procman up --update-env' takes the environment of this call.",
  instances: SCALE,
  scale: SCALE,
  err: "'procman logs --stream stderr' shows that stream alone.",
  out: "'procman logs --stream stdout' shows that stream alone.",
  nostream: "'procman logs' ends after what is there; '-f' goes on.",
  "no-log-prefix": PREFIX,
  raw: PREFIX,
  format: JSON_INSTEAD,
  output: JSON_INSTEAD,
  build:
    'Nothing is built. A process with `restart: "no"` may build, and others depend on its success.',
  "force-recreate": "'procman restart all' starts anew what runs.",
  "remove-orphans": "'procman apply --prune' stops what the configuration no longer has.",
  volumes: "'procman down --logs' deletes the logs too.",
  "wait-timeout": "'procman up --wait --timeout 60s' gives up after so long.",
  "abort-on-container-exit": "'procman up --abort-on-exit' stops the rest when one ends.",
  "abort-on-container-failure": "'procman up --abort-on-failure' stops the rest when one fails.",
};
