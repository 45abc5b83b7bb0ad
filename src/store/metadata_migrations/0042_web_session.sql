-- Browsers that are signed in to the web page.
create table web_session (
  id TEXT primary key,
  hash BYTES not null unique, -- SHA-256 of the cookie's value, which has 256 random bits
  workspace_id BIGINT not null,
  principal_id BIGINT not null references principal (id) on delete cascade,
  created_ms BIGINT not null,
  last_used_ms BIGINT not null, -- exact to a minute
  expires_ms BIGINT not null
);
create index web_session_by_principal on web_session (principal_id);
create index web_session_by_end on web_session (expires_ms);
