-- The hub's connections (lakeport/partners/hub.h). One for each workspace and partner, also while it is being made or
-- deleted: `state` is what a start after a crash goes on from.
create table partner_connection (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  partner_id TEXT not null,
  partner_name TEXT not null,
  state TEXT not null check (state in ('provisioning', 'calling', 'answered', 'connected', 'kept', 'removing')),
  partner_connection_id TEXT not null, -- the partner's; empty: not known
  told BIGINT not null, -- 1: the partner may know of it, and is notified when it goes
  creator_id BIGINT not null,
  creator_name TEXT not null,
  choice TEXT not null, -- JSON
  answer TEXT not null, -- JSON: the partner's, while the state is 'answered'
  attempt_id TEXT not null, -- that makes it
  rotating BIGINT not null, -- 1: a new token may have been made that nobody knows
  created_ms BIGINT not null,
  last_used_ms BIGINT,
  token_rotated_ms BIGINT,
  unique (workspace_id, partner_id)
);
create index partner_connection_state on partner_connection (state, id);
create index partner_connection_partner on partner_connection (partner_id, workspace_id);

-- What a connection consists of. made: 0 until it was made; then `id` is its own.
create table partner_resource (
  connection_id TEXT not null references partner_connection (id) on delete cascade,
  position BIGINT not null,
  kind TEXT not null,
  id TEXT not null,
  label TEXT not null,
  ours BIGINT not null, -- 1: goes with the connection; 0: only used
  made BIGINT not null,
  primary key (connection_id, position)
);

-- document: JSON, as far as the attempt came.
create table partner_attempt (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  principal_id BIGINT not null,
  state TEXT not null check (state in ('running', 'connected', 'failed')),
  document TEXT not null,
  started_ms BIGINT not null
);
create index partner_attempt_state on partner_attempt (state, started_ms);

-- Partners who must still be told that a connection is gone. partner: JSON, because its registration may go first.
create table partner_outbox (
  id TEXT primary key,
  workspace_id BIGINT not null references workspace (id) on delete cascade,
  partner_id TEXT not null,
  partner TEXT not null,
  partner_connection_id TEXT not null,
  tries BIGINT not null,
  next_ms BIGINT not null,
  created_ms BIGINT not null
);
create index partner_outbox_next on partner_outbox (next_ms);
