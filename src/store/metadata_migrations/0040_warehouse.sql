-- SQL warehouses and interactive clusters (lakeport/lakehouse/warehouse.h, clusters.h). Whether they run is not stored.
create table warehouse (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  name TEXT not null,
  size TEXT not null,
  type TEXT not null,
  serverless BIGINT not null,
  auto_stop_minutes BIGINT not null,
  min_clusters BIGINT not null,
  max_clusters BIGINT not null,
  creator TEXT not null,
  tags TEXT not null, -- JSON: [[key, value], ...]
  created_ms BIGINT not null,
  unique (workspace_id, name)
);

create table cluster (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  name TEXT not null,
  creator TEXT not null,
  policy_id TEXT not null, -- empty: none
  autotermination_minutes BIGINT not null,
  specification TEXT not null, -- JSON
  created_ms BIGINT not null,
  started_ms BIGINT,
  terminated_ms BIGINT
);
create index cluster_workspace on cluster (workspace_id);

create table cluster_event (
  cluster_id TEXT not null references cluster (id) on delete cascade,
  number BIGINT not null, -- from 1 in each cluster
  moment_ms BIGINT not null,
  type TEXT not null,
  user_name TEXT not null,
  primary key (cluster_id, number)
);

create table cluster_policy (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  name TEXT not null,
  definition TEXT not null, -- JSON
  description TEXT not null,
  creator TEXT not null,
  created_ms BIGINT not null,
  unique (workspace_id, name)
);
