-- What one connection (a source, a destination, a schema name) keeps between syncs.
create table connection (
  id integer primary key check (id = 1),
  source text not null,
  destination text not null,
  schema_name text not null,
  created_ms integer not null
) strict;

-- The last checkpoint that is durable at the destination. highest_stamp_ms: no row was ever written with a later
-- `_fivetran_synced`.
create table sync_state (
  id integer primary key check (id = 1),
  state_json text,
  stored_ms integer,
  highest_stamp_ms integer not null
) strict;
insert into sync_state (id, highest_stamp_ms) values (1, 0);

-- One row for each table at the destination. Both columns hold JSON: the table as its source declared it and as its
-- values made it grow, and as it is at the destination.
create table synced_table (
  schema_name text not null,
  table_name text not null,
  source_json text not null,
  applied_json text not null,
  primary key (schema_name, table_name)
) strict, without rowid;

-- Truncates that a stored checkpoint covers and the destination has not been asked for yet.
create table pending_truncate (
  schema_name text not null,
  table_name text not null,
  moment_ms integer not null,
  primary key (schema_name, table_name)
) strict, without rowid;

create table run (
  id integer primary key,
  started_ms integer not null,
  ended_ms integer,
  outcome text not null,
  rows integer not null default 0,
  error text
) strict;
