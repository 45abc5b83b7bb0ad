-- Workspace objects that are no data (warehouses, clusters, tokens as a whole…) and who may do what with them. An object without a
-- row here does not exist, except those there is one of (authorization/tokens): theirs comes with their first change,
-- and its id is the workspace's.
create table permission_object (
  object_type TEXT not null,
  object_id TEXT not null,
  owner_id BIGINT references principal (id) on delete set null,
  primary key (object_type, object_id)
);

-- At most one level a principal and object: what was given directly, not what comes through groups.
create table object_permission (
  object_type TEXT not null,
  object_id TEXT not null,
  principal_id BIGINT not null references principal (id) on delete cascade,
  level TEXT not null,
  primary key (object_type, object_id, principal_id),
  foreign key (object_type, object_id) references permission_object (object_type, object_id) on delete cascade
);
