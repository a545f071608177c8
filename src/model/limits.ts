/** Every limit in procman, by name. Sizes are bytes, times milliseconds, unless the name says else. */

export const limits = {
  /** Inputs that may wait for the loop; the daemon refuses new requests beyond it. */
  inboxInputs: 100_000,
  /** Deciding rounds that one input may cause before the step is called impossible. */
  stepRounds: 100_000,
  /** Events kept in the registry; older ones are dropped from the start. */
  eventsKept: 20_000,
  /** What they may take as JSON; the oldest are dropped beyond it. */
  eventsKeptBytes: 64_000_000,
  /** Events that may wait for one subscriber; beyond it the oldest are dropped and counted. */
  subscriberEvents: 1_000,
  /** The body of one request. */
  requestBytes: 16 * 1024 * 1024,
  /** Processes in one project. */
  processesPerProject: 5_000,
  /** Ad-hoc processes at rest that a project remembers; beyond it the oldest are forgotten. */
  adHocKept: 100,
  /** Instances of one process. */
  instancesPerProcess: 1_000,
  /** A configuration file. */
  configFileBytes: 4 * 1024 * 1024,
  /** Maps and lists within one another; deeper is an accident, or YAML anchors that lead back to themselves. */
  configDepth: 48,
  /** What a string with `${…}` may become: Linux gives a program no longer argument or variable (MAX_ARG_STRLEN). */
  expandedCharacters: 128 * 1024,
  /** Variables that refer to one another, each to the next. */
  variableChain: 500,
  /** How long a configuration program may run. */
  configProgramMs: 10_000,
  /** How long a command waits for a daemon that does not answer. */
  daemonAnswerMs: 5_000,
  /** After that long a waiting command says what it waits for. */
  progressAfterMs: 1_000,
  /** Restart times remembered for one instance, at least `restart.max` + 1 of them. */
  restartsRemembered: 1_000,
  /** Log files of a process that was removed are kept that long after it last wrote. */
  abandonedLogsMs: 7 * 24 * 60 * 60 * 1000,
  /** A line that views show whole; longer ones come in parts marked as partial. */
  lineBytes: 1024 * 1024,
  /** What a view of logs may hold of all its streams together. */
  viewBytes: 8 * 1024 * 1024,
  /** What `logs --plain` writes at most, unless it is told otherwise. */
  plainBytes: 64 * 1024,
  /** Notices of alerts that may wait for one receiver; further ones are dropped and told of. */
  noticesWaiting: 100,
  /** How long the command of `restart.onGiveUp` may run. */
  giveUpCommandMs: 30_000,
  /** How long an ending daemon waits for notices that are under way. */
  noticesGraceMs: 2_000,
  /** What `send` writes at once: as much as a pipe holds. */
  sentBytes: 64 * 1024,
  /** Instances of which it is kept what they have used; of further ones only what they use now is known. */
  instancesWithHistory: 500,
  /** Stretches of time that `stats` tells of one instance. */
  useStretches: 240,
  /** One message between a run and procman. */
  messageBytes: 1024 * 1024,
  /** Lists and maps within one another in a message. */
  messageDepth: 1_000,
  /** Messages that may wait for a run that does not read; beyond it they are refused. What other runs send it may
   *  take no more than a part, so that there is room for what procman has to say. */
  messagesWaitingBytes: 8 * 1024 * 1024,
  messagesOfRunsWaitingBytes: 2 * 1024 * 1024,
  /** What one run may say in a second for long, and at once, over all its connections: a message counts 1 for each
   *  place that it goes to, an event `eventCost`, a request `requestCost`, and 1 more for each `messageUnitBytes`, of the
   *  answer to a request for each `answerUnitBytes`. That is some 10 µs each. One that says more is read more slowly. */
  messagesPerSecond: 10_000,
  messagesAtOnce: 50_000,
  /** The same of all runs together, which those that have said much share. */
  allMessagesPerSecond: 30_000,
  messageUnitBytes: 4 * 1024,
  answerUnitBytes: 400,
  eventCost: 500,
  requestCost: 10,
  /** For how long one connection is heard before others have their turn. */
  messagesTurnMs: 1,
  /** What comes with one event of a program. */
  appEventBytes: 16 * 1024,
  /** Connections of one run. */
  connectionsPerRun: 16,
  /** Connections that have not said of which run they are, and how long they may take to. */
  strangersConnected: 64,
  introductionMs: 5_000,
  /** Names of metrics that one run may tell of; and of each so many stretches of that length are kept. */
  metricsPerRun: 32,
  metricStretches: 60,
  metricStretchMs: 60_000,
  /** Topics that one connection may subscribe to. */
  subscriptionsPerConnection: 100,
  /** Streams of one connection, in each direction; chunks of each that may be under way, and how long one may be. All
   *  of them together have room beside other messages that wait. */
  streamsPerConnection: 16,
  streamCredit: 8,
  streamChunkBytes: 32 * 1024,
  /** Requests of one run that may be under way. */
  requestsPerRun: 64,
  /** After the end of a run what it had said before is still taken in for that long. */
  lastWordsMs: 1_000,
  /** How long `send --reply` waits, unless it is told otherwise. */
  replyMs: 10_000,
  /** Files named where watched files have changed; further ones are counted. */
  changedFilesNamed: 20,
  /** While files go on changing, what comes of it waits for that many times `watch.debounce` at most. */
  debouncesAtMost: 10,
  /** So often in a row a process may change the same file that it watches, each time as long after it was started
   *  for it; then it is suspended. A file that changes later than that is not taken for its doing. */
  ownChangesInARow: 8,
  /** The same for files that need not be the same, at times that are more alike. */
  steadyChangesInARow: 16,
  ownChangeWithinMs: 60_000,
  /** How long the command of `watch.action` may run. */
  watchCommandMs: 10 * 60_000,
  /** Files and directories that one watch looks at. */
  watchedEntries: 100_000,
  /** Of the library, which manages processes inside of a program: how many, unless it is told otherwise; what is kept of
   *  each stream of a process; and how long one may take to stop, unless it is told otherwise. */
  libraryProcesses: 100,
  libraryLines: 1_000,
  libraryCharacters: 1024 * 1024,
  libraryGraceMs: 5_000,
  /** Lines of output shown beside a failure. */
  tailLines: 10,
  /** The shortest period of a schedule. */
  shortestPeriodMs: 1_000,
  /** A time of a schedule that is over for longer has been missed. */
  timeMissedMs: 60_000,
  /** Runs of one process that its schedule has started beside those that still went on. */
  extraRuns: 10,
  /** Missed times are counted up to here. */
  missedCounted: 1_000,
  /** The clock on the wall is looked at that often while a schedule goes by it: nobody tells when it is set. */
  wallClockLookMs: 30_000,
  /** When the clock on the wall is set back by that much, schedules begin anew; by less, they wait until it has come to
   *  where it was, so that nothing is run twice. */
  clockSetBackMs: 3 * 60 * 60 * 1000,
  /** Connections that the balancer passes on, if it may have two descriptors for each; further ones are cut. */
  balancedConnections: 20_000,
  /** Connections to one shared port that nobody has taken yet, and how long each may wait. */
  balancedWaiting: 1_000,
  balancedWaitMs: 10_000,
  /** So often it is looked whether one of the instances takes those that wait. */
  balancedLookMs: 50,
  /** An instance that has not taken a connection by then is passed over. */
  balancedConnectMs: 3_000,
  /** How long the first start behind a shared port waits for the balancer. */
  balancerStartMs: 5_000,
  /** A balancer that has not answered by then is not waited for. */
  balancerSilentMs: 1_000,
  /** A balancer that no daemon talks to, and that has nothing to pass on, ends after that long. */
  balancerAloneMs: 30_000,
  /** Before an instance is told to stop: how often it is looked whether anything is under way to it, and how long nothing
   *  is said on a connection after an answer until nothing is; on one on which nothing was said yet, for longer. */
  drainLookMs: 10,
  drainQuietMs: 200,
  drainUnspokenMs: 1_000,
  /** With no ready probe, `up --wait` asks that a run has lived that long. */
  settledMs: 500,
} as const;
