-- Keys that sign tokens. private_key: PEM, sealed as "signing-key:ID". A key signs until sign_until_ms; what it signed is believed
-- until verify_until_ms.
create table signing_key (
  id TEXT primary key,
  created_ms BIGINT not null,
  sign_until_ms BIGINT not null,
  verify_until_ms BIGINT not null,
  public_key TEXT not null,
  private_key BYTES not null
);

-- secret_hash: SHA-256 in hexadecimal; the secrets are random, so that a slow hash would add nothing.
create table service_principal_secret (
  id TEXT primary key,
  principal_id BIGINT not null references principal (id) on delete cascade,
  secret_hash TEXT not null,
  created_ms BIGINT not null,
  expires_ms BIGINT not null
);
create index service_principal_secret_principal on service_principal_secret (principal_id);

-- redirect_urls, scopes: JSON arrays. secret_hash: of confidential apps.
create table oauth_app (
  integration_id TEXT primary key,
  client_id TEXT not null unique,
  name TEXT not null,
  secret_hash TEXT,
  redirect_urls TEXT not null,
  scopes TEXT not null,
  access_ttl_seconds BIGINT not null,
  refresh_ttl_seconds BIGINT not null,
  created_by BIGINT not null,
  creator_name TEXT not null,
  created_ms BIGINT not null
);

-- A user's consent to one sign-in of one client. All its codes and refresh tokens fall with it.
create table oauth_grant (
  id TEXT primary key,
  client_id TEXT not null,
  principal_id BIGINT not null references principal (id) on delete cascade,
  workspace_id BIGINT not null,
  scopes TEXT not null,
  created_ms BIGINT not null,
  expires_ms BIGINT not null,
  revoked_ms BIGINT
);
create index oauth_grant_principal on oauth_grant (principal_id);
create index oauth_grant_client on oauth_grant (client_id);
create index oauth_grant_expires on oauth_grant (expires_ms);

create table oauth_code (
  code_hash TEXT primary key,
  grant_id TEXT not null references oauth_grant (id) on delete cascade,
  redirect_uri TEXT not null,
  challenge TEXT not null,
  nonce TEXT not null,
  expires_ms BIGINT not null,
  used_ms BIGINT
);
create index oauth_code_grant on oauth_code (grant_id);

-- Used tokens are kept: one that comes a second time was stolen.
create table oauth_refresh_token (
  token_hash TEXT primary key,
  grant_id TEXT not null references oauth_grant (id) on delete cascade,
  expires_ms BIGINT not null,
  used_ms BIGINT
);
create index oauth_refresh_token_grant on oauth_refresh_token (grant_id);

-- Tokens of a principal that were issued up to this moment are no longer believed.
create table oauth_revocation (
  principal_id BIGINT primary key references principal (id) on delete cascade,
  until_ms BIGINT not null
);
