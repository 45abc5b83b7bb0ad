-- Who there is (lakeport/lakehouse/identity.h). Other modules' rows that belong to a principal say
-- `references principal (id) on delete cascade`.
create table account (
  id TEXT primary key,
  created_ms BIGINT not null
);

create table workspace (
  id BIGINT primary key,
  account_id TEXT not null references account (id),
  name TEXT not null unique,
  cloud TEXT not null,
  home BIGINT not null, -- 1: the workspace of the first start
  created_ms BIGINT not null
);

-- Users, groups and service principals of one cloud share their names. workspace_id: the one workspace that a group of
-- the system ("admins", "users") belongs to; 0: the account.
create table principal (
  id BIGINT primary key,
  kind TEXT not null check (kind in ('user', 'group', 'service_principal')),
  cloud TEXT not null,
  workspace_id BIGINT not null default 0,
  system BIGINT not null default 0,
  name TEXT not null,
  name_key TEXT not null, -- in lower case, as are the other keys
  display_name TEXT not null,
  display_key TEXT not null,
  given_name TEXT not null default '',
  family_name TEXT not null default '',
  external_id TEXT not null default '',
  active BIGINT not null default 1,
  created_ms BIGINT not null,
  updated_ms BIGINT not null,
  unique (cloud, workspace_id, name_key)
);

-- Who may enter a workspace, with the entitlements there, separated by commas.
create table workspace_member (
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  principal_id BIGINT not null references principal (id) on delete cascade,
  entitlements TEXT not null default '',
  primary key (workspace_id, principal_id)
);
create index workspace_member_by_principal on workspace_member (principal_id);

create table group_member (
  group_id BIGINT not null references principal (id) on delete cascade,
  member_id BIGINT not null references principal (id) on delete cascade,
  primary key (group_id, member_id)
);
create index group_member_by_member on group_member (member_id);

-- hash: argon2id in its usual written form.
create table user_password (
  principal_id BIGINT primary key references principal (id) on delete cascade,
  hash TEXT not null,
  changed_ms BIGINT not null
);

-- Rows stay after the token is revoked or its owner deleted, to tell a revoked token from an unknown one.
create table access_token (
  id TEXT primary key,
  hash BYTES not null unique, -- SHA-256 of the value, which has 128 random bits
  workspace_id BIGINT not null,
  principal_id BIGINT not null,
  comment TEXT not null,
  created_by BIGINT not null,
  created_ms BIGINT not null,
  expires_ms BIGINT,
  last_used_ms BIGINT,
  revoked_ms BIGINT
);
create index access_token_by_principal on access_token (principal_id);

-- Rows are only added.
create table audit_event (
  id SERIAL_KEY,
  moment_ms BIGINT not null,
  workspace_id BIGINT not null,
  principal_id BIGINT not null,
  principal_name TEXT not null,
  credential TEXT not null,
  service TEXT not null,
  action TEXT not null,
  object TEXT not null,
  outcome TEXT not null,
  detail TEXT not null
);
create index audit_event_by_workspace on audit_event (workspace_id, id);

-- Counts the changes to everything that authentication keeps in memory, for processes that share this database.
create table identity_change (
  id BIGINT primary key check (id = 1),
  number BIGINT not null
);
insert into identity_change (id, number) values (1, 0);
