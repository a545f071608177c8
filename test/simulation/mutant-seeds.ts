/** Where planted bugs that are rarely seen were caught last: there they are looked for first, which saves minutes. A seed
 *  whose world is another one by now costs nothing but its own time; the report of the mutants has the present one. */

export const LAST_SEEDS: Readonly<Record<string, number>> = {
  "a change of files does not start again what has failed": 406,
  "a change that is noted before a crash is forgotten with the run": 1220,
  "a fallback goes on when it is not needed any more": 83,
  "a reload is asked for, and nobody begins it": 118,
  "a row of measurements is not broken": 86,
  "a run that goes on is taken for a leftover": 209,
  "a stop asked while it is being spawned is lost": 86,
  "an alert outlives the probes that it is about": 428,
  "an edit that takes the schedule away leaves it waiting for its time": 1747,
  "an extra run stays extra when it is within the count": 507,
  "what a run used is forgotten when its probes change": 173,
  "what cannot be held to its limits while it runs is left as it is": 213,
  "what changes its own file is never suspended": 223,
  "what changes while no daemon is there is never seen": 466,
  "what has ended by itself is well though the hook after it must not fail": 1304,
  "what has ended does not go back to its schedule": 716,
  "what is over a threshold that is gone stays so": 200,
  "what was announced by a daemon that died is not put in force by the next": 1044,
  "what was skipped stays skipped when its dependency starts": 283,
  "what writes a new file each time is never suspended": 152,
};
