-- Partners of the hub (lakeport/partners/registry.h).
create table partner (
  id TEXT primary key,
  origin TEXT not null,
  sort_key TEXT not null, -- the name, case folded
  search_text TEXT not null, -- name and description, case folded
  category TEXT not null,
  config TEXT not null, -- PartnerConfig
  settings TEXT not null, -- JSON
  clouds TEXT not null, -- ",aws,gcp,"
  regions TEXT not null, -- ",eu-west-1,"; empty: none named
  only_workspace BIGINT,
  self_test_workspace BIGINT unique references workspace (id) on delete cascade,
  made_by BIGINT, -- a principal, who may be gone
  retired BIGINT not null,
  credential BYTES, -- sealed (base/seal.h) as "partner:ID", like the other
  previous_credential BYTES,
  created_ms BIGINT not null,
  updated_ms BIGINT not null
);
-- Tiles are listed by name, those that are not retired.
create index partner_order on partner (retired, sort_key, id);
create index partner_category on partner (category, retired, sort_key, id);

create table partner_image (
  partner_id TEXT not null references partner (id) on delete cascade,
  role TEXT not null, -- "logo", "icon"
  content BYTES not null,
  primary key (partner_id, role)
);
