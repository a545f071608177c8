/** Logs that come into being while others are followed. What old files hold was there before: it is not shown. */

import type { Selection } from "../logfile/log-view.ts";
import { ownersOnDisk } from "../logfile/on-disk.ts";
import type { LogOwner, LogStream } from "../logfile/paths.ts";
import { endOf } from "../logfile/places.ts";

/** To be asked now and then: all streams of the projects that are wanted, each with the place where what is new begins. */
export function newcomers(
  home: string,
  projects: readonly string[],
  streams: readonly LogStream[],
  isWanted: (owner: LogOwner) => boolean,
): () => Selection[] {
  const places = new Map<string, number>();
  for (const { owner, stream } of there()) {
    places.set(keyOf(owner, stream), endOf(home, owner, stream));
  }
  return () =>
    there().map(({ owner, stream }) => {
      return { owner, stream, place: places.get(keyOf(owner, stream)) ?? 0 };
    });

  function there() {
    const owners = projects.flatMap((project) => ownersOnDisk(home, project)).filter(isWanted);
    return owners.flatMap((owner) => streams.map((stream) => ({ owner, stream })));
  }
}

function keyOf({ project, process, index }: LogOwner, stream: LogStream): string {
  return `${project}/${process}.${index}.${stream}`;
}
