/** The configurations that `procman init` begins with. Each runs as it is: its commands stand in for yours. */

const HEAD = `# What runs here, and in what order. \`procman up\` starts it, \`procman config check\` finds mistakes.
# The commands only stand in for yours.
`;

const MINIMAL = `${HEAD}processes:
  app:
    # A string, or a list of words if no shell is to read it.
    command: while :; do date; sleep 2; done
`;

const WEB = `${HEAD}env:
  LOG_LEVEL: info
envFile:
  - .env? # "?": it may be missing

processes:
  db:
    command: >-
      exec bun -e 'Bun.listen({ hostname: "127.0.0.1", port: +process.env.PORT, socket: { data() {} } })'
    port: "\${DB_PORT:-5433}" # given as PORT
    ready:
      tcp: "127.0.0.1:\${PORT}"

  migrate:
    command: echo "the tables are there, on port \${db.port}"
    restart: "no"
    dependsOn: [db]

  web:
    command: >-
      exec bun -e 'Bun.serve({ hostname: "127.0.0.1", port: +process.env.PORT, fetch: () => new Response("hello") })'
    port: "\${WEB_PORT:-3000}"
    dependsOn:
      db: ready
      migrate: succeeded
    ready:
      http: "http://127.0.0.1:\${PORT}/"
    links:
      - "http://127.0.0.1:\${PORT}/"
`;

const WORKERS = `${HEAD}groups:
  background: [worker, mail]

processes:
  queue:
    command: >-
      exec bun -e 'Bun.listen({ hostname: "127.0.0.1", port: +process.env.PORT, socket: { data() {} } })'
    port: "\${QUEUE_PORT:-6380}" # given as PORT
    ready:
      tcp: "127.0.0.1:\${PORT}"

  worker:
    command: while :; do echo "looking for work on port \${queue.port}"; sleep 2; done
    instances: 2
    dependsOn: [queue]
    stop:
      timeout: 30s # to finish what it has in its hands

  mail:
    command: while :; do echo "looking for mail"; sleep 5; done
    dependsOn: [queue]
    restart:
      policy: always
      max: 10
      window: 5m

  cleanup:
    command: echo "nothing to clean up"
    restart: "no"
    autostart: false # only when asked for: procman start cleanup
`;

export const TEMPLATES: Readonly<Record<string, string>> = {
  minimal: MINIMAL,
  web: WEB,
  workers: WORKERS,
};
