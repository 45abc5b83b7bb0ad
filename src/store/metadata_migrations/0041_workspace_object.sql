-- The workspace's folders, notebooks and files (/api/2.0/workspace).
create table workspace_object (
  id BIGINT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  path TEXT not null, -- "/Users/a@b.c/x": absolute, no slash at the end
  parent TEXT not null, -- the folder's path; "/" itself has no row
  kind TEXT not null check (kind in ('DIRECTORY', 'NOTEBOOK', 'FILE')),
  language TEXT not null, -- of notebooks: PYTHON, SQL, SCALA, R
  content BYTES,
  size BIGINT not null,
  created_ms BIGINT not null,
  modified_ms BIGINT not null,
  unique (workspace_id, path)
);
create index workspace_object_parent on workspace_object (workspace_id, parent);
