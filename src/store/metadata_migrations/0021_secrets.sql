-- scope_key, secret_key: the name in lower case, by which it is found.
create table secret_scope (
  id TEXT primary key,
  workspace_id BIGINT not null,
  scope_key TEXT not null,
  name TEXT not null,
  created_ms BIGINT not null,
  unique (workspace_id, scope_key)
);

-- value: sealed (base/seal.h) as "secret:SCOPE_ID/SECRET_KEY".
create table secret (
  scope_id TEXT not null references secret_scope (id) on delete cascade,
  secret_key TEXT not null,
  name TEXT not null,
  value BYTES not null,
  updated_ms BIGINT not null,
  primary key (scope_id, secret_key)
);

create table secret_acl (
  scope_id TEXT not null references secret_scope (id) on delete cascade,
  principal_id BIGINT not null references principal (id) on delete cascade,
  permission TEXT not null,
  primary key (scope_id, principal_id)
);
