// The schema of state.db, as the steps that lead to it. Forward only: never change or remove a step that was released.

/** Step n (from 1) brings the database to version n; each is one transaction of plain SQL. */
export const STATE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE secrets (
     name TEXT PRIMARY KEY,
     changed_at TEXT NOT NULL,
     backend TEXT NOT NULL,
     generation TEXT NOT NULL,
     chunks INTEGER NOT NULL CHECK (chunks >= 0)
   ) STRICT;
   -- Chunks in the keychain that are being written or are to be deleted, so that a crash leaves none behind.
   CREATE TABLE secret_leftovers (
     name TEXT NOT NULL,
     generation TEXT NOT NULL,
     chunks INTEGER NOT NULL CHECK (chunks > 0),
     PRIMARY KEY (name, generation)
   ) STRICT`,
  `CREATE TABLE era_verdicts (
     server TEXT PRIMARY KEY,
     -- SHA-256 of the endpoint for which the verdict holds.
     endpoint TEXT NOT NULL,
     -- Epoch milliseconds.
     decided_at INTEGER NOT NULL,
     verdict TEXT NOT NULL
   ) STRICT`,
  `-- The files that a server's command ran when it was approved. Sizes, times and inodes as text: they exceed a double.
   CREATE TABLE executable_pins (
     server TEXT NOT NULL,
     position INTEGER NOT NULL CHECK (position >= 0),
     command TEXT NOT NULL,
     path TEXT NOT NULL,
     sha256 TEXT,
     size TEXT NOT NULL,
     mtime TEXT NOT NULL,
     ctime TEXT NOT NULL,
     inode TEXT NOT NULL,
     pinned_at TEXT NOT NULL,
     PRIMARY KEY (server, position)
   ) STRICT`,
  `CREATE TABLE gateway_clients (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     -- Where the token is shown: in a header, or as a part of the path.
     place TEXT NOT NULL CHECK (place IN ('header', 'path')),
     -- SHA-256 of the token.
     hash BLOB NOT NULL CHECK (length(hash) = 32),
     created_at TEXT NOT NULL,
     last_used_at TEXT,
     targets TEXT
   ) STRICT`,
  `-- Where a person has secrets kept, and the mark by which that place is known again.
   CREATE TABLE vault_choice (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     kind TEXT NOT NULL CHECK (kind IN ('keychain', 'file', 'memory')),
     backend TEXT NOT NULL,
     mark TEXT NOT NULL
   ) STRICT;
   -- Empty: of the keychain that was in use when it was written.
   ALTER TABLE secret_leftovers ADD COLUMN backend TEXT NOT NULL DEFAULT '';
   -- person: stored by name. entry: came along with an entry of the catalog. orphan: that entry was deleted.
   ALTER TABLE secrets ADD COLUMN origin TEXT NOT NULL DEFAULT 'person' CHECK (origin IN ('person', 'entry', 'orphan'))`,
  `-- Clients that authorization servers registered for us. Secrets of theirs are with the tokens, not here.
   CREATE TABLE oauth_clients (
     issuer TEXT NOT NULL,
     -- The redirect URI, or the name of a grant that has none.
     purpose TEXT NOT NULL,
     client_id TEXT NOT NULL,
     auth_method TEXT NOT NULL,
     has_secret INTEGER NOT NULL CHECK (has_secret IN (0, 1)),
     -- Epoch milliseconds.
     registered_at INTEGER NOT NULL,
     expires_at INTEGER,
     PRIMARY KEY (issuer, client_id)
   ) STRICT;
   -- The authorization server at which a client id that a person has entered was first used for a resource.
   CREATE TABLE oauth_client_issuers (
     client_id TEXT NOT NULL,
     resource TEXT NOT NULL,
     issuer TEXT NOT NULL,
     PRIMARY KEY (client_id, resource)
   ) STRICT`,
  `-- Servers that a person has allowed a client of the HTTP gateway although they are signed in as that person.
   CREATE TABLE gateway_consents (
     client_id TEXT NOT NULL,
     server TEXT NOT NULL,
     approved_at TEXT NOT NULL,
     PRIMARY KEY (client_id, server)
   ) STRICT;
   -- Naming a server when the client was added is allowing it.
   INSERT INTO gateway_consents
     SELECT DISTINCT client.id, target.value, client.created_at
     FROM gateway_clients AS client, json_each(client.targets) AS target
     WHERE target.value NOT LIKE 'profile:%'`,
  `-- What a person approved of an entry: the form in force, and the earlier ones for a step back.
   CREATE TABLE entry_approvals (
     server TEXT NOT NULL,
     -- SHA-256 of the endpoint.
     digest TEXT NOT NULL,
     endpoint TEXT NOT NULL,
     way TEXT NOT NULL,
     approved_at TEXT NOT NULL,
     in_force INTEGER NOT NULL CHECK (in_force IN (0, 1)),
     PRIMARY KEY (server, digest)
   ) STRICT;
   -- What the catalog held at this time is approved.
   CREATE TABLE approvals_begun (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     begun_at TEXT NOT NULL
   ) STRICT`,
  `-- Tool calls that their servers go on working on. record: JSON of core/tasks/task-record.ts.
   CREATE TABLE tasks (
     id TEXT PRIMARY KEY,
     server TEXT NOT NULL,
     task_id TEXT NOT NULL,
     followed INTEGER NOT NULL CHECK (followed IN (0, 1)),
     -- Epoch milliseconds.
     received_at INTEGER NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX tasks_by_server ON tasks (server, task_id);
   CREATE TABLE task_results (
     id TEXT PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
     is_error INTEGER NOT NULL CHECK (is_error IN (0, 1)),
     digest TEXT NOT NULL,
     text TEXT NOT NULL,
     stored_at INTEGER NOT NULL
   ) STRICT`,
  `-- What a person has been told of outside the window, so that nothing is told twice. at: epoch milliseconds.
   CREATE TABLE notices_told (
     key TEXT PRIMARY KEY,
     at INTEGER NOT NULL
   ) STRICT`,
];
