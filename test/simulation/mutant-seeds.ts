/** Where planted bugs that are rarely seen were caught last: there they are looked for first, which saves minutes. A seed
 *  whose world is another one by now costs nothing but its own time; the report of the mutants has the present one. */

export const LAST_SEEDS: Readonly<Record<string, number>> = {
  "a change of files does not start again what has failed": 362,
  "a dependency that is not healthy will do": 116,
  "a reload is asked for, and nobody begins it": 126,
  "a run that goes on is taken for a leftover": 209,
  "a start brings back an instance beyond the count": 426,
  "a stop asked while it is being spawned is lost": 309,
  "a stop is about one of the two runs alone": 85,
  "a stop during backoff does not cancel the restart": 142,
  "an alert outlives the probes that it is about": 857,
  "an edit that takes the schedule away leaves it waiting for its time": 219,
  "an extra run stays extra when it is within the count": 170,
  "what cannot be held to its limits while it runs is left as it is": 213,
  "what changes its own file is never suspended": 223,
  "what has ended by itself is well though the hook after it must not fail": 1021,
  "what has ended does not go back to its schedule": 548,
  "what was announced by a daemon that died is not put in force by the next": 1869,
  "what was skipped stays skipped when its dependency starts": 116,
  "who waits for something to be healthy is not told that it is": 2120,
};
