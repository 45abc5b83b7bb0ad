-- What there is in the workspaces' metastores, whose it is, and who may do what with it.

-- One row. version grows with every change, so that other processes notice; ids come from last_id.
create table catalog_state (
  id BIGINT primary key check (id = 1),
  version BIGINT not null,
  last_id BIGINT not null
);
insert into catalog_state (id, version, last_id) values (1, 1, 0);

-- Everything that grants may name. kind: METASTORE, CATALOG, SCHEMA, TABLE, FUNCTION, VOLUME, EXTERNAL LOCATION,
-- STORAGE CREDENTIAL. catalog_id and schema_id are the ancestors (the row itself included). A hive_metastore has a
-- root of its own, of kind METASTORE and hive = 1. pending = 1: being made, not there for anybody yet.
create table securable (
  id BIGINT primary key,
  uuid TEXT not null,
  kind TEXT not null,
  parent_id BIGINT references securable (id) on delete cascade,
  catalog_id BIGINT,
  schema_id BIGINT,
  name TEXT not null,
  name_key TEXT not null,
  owner_id BIGINT not null,
  comment TEXT not null,
  properties TEXT not null,
  storage_root TEXT not null,
  isolated BIGINT not null,
  hive BIGINT not null,
  pending BIGINT not null,
  version BIGINT not null,
  created_ms BIGINT not null,
  created_by TEXT not null,
  updated_ms BIGINT not null,
  updated_by TEXT not null,
  unique (parent_id, kind, name_key)
);
create index securable_catalog on securable (catalog_id, kind);
create index securable_owner on securable (owner_id, catalog_id, schema_id);

create table metastore_assignment (
  workspace_id BIGINT primary key,
  metastore_id BIGINT not null references securable (id),
  hive_id BIGINT not null references securable (id)
);

create table securable_grant (
  securable_id BIGINT not null references securable (id) on delete cascade,
  principal_id BIGINT not null references principal (id) on delete cascade,
  privilege TEXT not null,
  granted_by TEXT not null,
  granted_ms BIGINT not null,
  primary key (securable_id, principal_id, privilege)
);
create index securable_grant_principal on securable_grant (principal_id, securable_id);

create table workspace_binding (
  securable_id BIGINT not null references securable (id) on delete cascade,
  workspace_id BIGINT not null,
  read_only BIGINT not null,
  primary key (securable_id, workspace_id)
);

-- Tables and views. options, partitioned_by and primary_key hold JSON.
create table table_detail (
  id BIGINT primary key references securable (id) on delete cascade,
  table_kind TEXT not null,
  format TEXT not null,
  location TEXT not null,
  physical_name TEXT not null,
  view_sql TEXT not null,
  options TEXT not null,
  partitioned_by TEXT not null,
  primary_key TEXT not null,
  primary_key_name TEXT not null
);

create table table_column (
  table_id BIGINT not null references securable (id) on delete cascade,
  position BIGINT not null,
  name TEXT not null,
  type TEXT not null,
  nullable BIGINT not null,
  comment TEXT not null,
  default_sql TEXT,
  primary key (table_id, position)
);

-- columns and referenced_columns hold JSON.
create table foreign_key (
  table_id BIGINT not null references securable (id) on delete cascade,
  position BIGINT not null,
  name TEXT not null,
  columns TEXT not null,
  referenced_id BIGINT not null references securable (id) on delete cascade,
  referenced_columns TEXT not null,
  primary key (table_id, position)
);
create index foreign_key_referenced on foreign_key (referenced_id);

-- What the engine has, or may have, under a name of ours. state: creating, live, dropping. Without a reference to
-- the table, because it outlives it until the engine has dropped it.
create table physical_table (
  physical_name TEXT primary key,
  table_id BIGINT not null,
  state TEXT not null,
  format TEXT not null,
  table_name TEXT not null
);
create index physical_table_state on physical_table (state);
create index physical_table_table on physical_table (table_id);

-- A change of columns between the catalog and the engine: the new definition, as JSON.
create table pending_alter (
  table_id BIGINT primary key references securable (id) on delete cascade,
  definition TEXT not null
);

create table volume_detail (
  id BIGINT primary key references securable (id) on delete cascade,
  external BIGINT not null,
  location TEXT not null
);

-- parameters and return_columns hold JSON.
create table function_detail (
  id BIGINT primary key references securable (id) on delete cascade,
  parameters TEXT not null,
  return_type TEXT not null,
  return_columns TEXT not null,
  body TEXT not null,
  deterministic BIGINT not null
);

create table external_location_detail (
  id BIGINT primary key references securable (id) on delete cascade,
  url TEXT not null,
  credential_id BIGINT references securable (id) on delete set null,
  read_only BIGINT not null
);

create table storage_credential_detail (
  id BIGINT primary key references securable (id) on delete cascade,
  credential_kind TEXT not null,
  details TEXT not null,
  read_only BIGINT not null
);
