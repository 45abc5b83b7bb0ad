-- The connector platform (lakeport/platform/platform.h). Sealed values are base/seal.h's.

-- hub_credential: the Authorization value that hubs send, sealed as "platform:hub_credential"; behaviour: JSON.
create table platform_setting (
  name TEXT primary key,
  value BYTES not null
);

-- A company, by the domain of its users' e-mails; demo accounts are as many as there were demos.
create table platform_account (
  id TEXT primary key,
  domain TEXT not null,
  demo BIGINT not null,
  expired BIGINT not null, -- its trial has ended
  created_ms BIGINT not null
);
create unique index platform_account_domain on platform_account (domain) where demo = 0;
create index platform_account_any_domain on platform_account (domain);

-- email: in lower case. status: signing_up, active, invited.
create table platform_user (
  account_id TEXT not null references platform_account (id) on delete cascade,
  email TEXT not null,
  first_name TEXT not null,
  last_name TEXT not null,
  status TEXT not null,
  expired BIGINT not null, -- this user's trial has ended
  created_ms BIGINT not null,
  primary key (account_id, email)
);
create index platform_user_email on platform_user (email);

-- A lakehouse workspace that rows go to. credential: JSON, sealed as "platform_destination:ID".
create table platform_destination (
  id TEXT primary key,
  account_id TEXT not null references platform_account (id) on delete cascade,
  workspace_id BIGINT not null,
  workspace_url TEXT not null,
  http_path TEXT not null, -- empty: no warehouse came
  catalog TEXT not null,
  location TEXT not null, -- empty: managed tables
  service_principal TEXT not null,
  credential BYTES not null,
  created_by TEXT not null,
  created_ms BIGINT not null
);
create index platform_destination_account on platform_destination (account_id);

-- A source and where its rows go. configuration: JSON, sealed as "platform_connection:ID". selection: what is left
-- out, JSON (docs/selection.md); empty: nothing is.
create table platform_connection (
  id TEXT primary key,
  destination_id TEXT not null references platform_destination (id) on delete cascade,
  name TEXT not null,
  connector TEXT not null,
  schema_name TEXT not null,
  configuration BYTES not null,
  selection TEXT not null,
  created_by TEXT not null,
  created_ms BIGINT not null,
  unique (destination_id, name),
  unique (destination_id, schema_name)
);

-- The history of syncs. outcome: waiting, running, succeeded, interrupted, cancelled, or an error's kind.
create table platform_sync (
  id SERIAL_KEY,
  connection_id TEXT not null references platform_connection (id) on delete cascade,
  started_ms BIGINT not null,
  ended_ms BIGINT,
  outcome TEXT not null,
  rows_received BIGINT not null,
  rows_written BIGINT not null,
  bytes BIGINT not null,
  checkpoints BIGINT not null,
  step TEXT not null,
  tables TEXT not null, -- JSON
  warnings TEXT not null, -- JSON
  error TEXT,
  error_where TEXT not null,
  error_next_step TEXT not null
);
create index platform_sync_connection on platform_sync (connection_id, id);

-- What lakeport/store/state_store.h keeps, of each connection. source_end…: what the connection was bound to.
create table platform_sync_state (
  connection_id TEXT primary key references platform_connection (id) on delete cascade,
  source_end TEXT,
  destination_end TEXT,
  schema_name TEXT,
  state_json BYTES,
  stored_ms BIGINT,
  highest_stamp_ms BIGINT not null
);

create table platform_synced_table (
  connection_id TEXT not null references platform_connection (id) on delete cascade,
  schema_name TEXT not null,
  table_name TEXT not null,
  source_json TEXT not null,
  applied_json TEXT not null,
  primary key (connection_id, schema_name, table_name)
);

create table platform_pending_truncate (
  connection_id TEXT not null references platform_connection (id) on delete cascade,
  schema_name TEXT not null,
  table_name TEXT not null,
  moment_ms BIGINT not null,
  primary key (connection_id, schema_name, table_name)
);
