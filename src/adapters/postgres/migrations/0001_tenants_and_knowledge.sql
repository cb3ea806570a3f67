-- Tenants, and the knowledge that they own. Every table starts with tenant_id and is guarded by policies that the
-- role cairn_app cannot pass: it sees its own tenant's rows and the shared ones, and writes only its own.
create extension if not exists vector;

-- Roles belong to the whole server, so another database's migration may be making this one at the same moment. A
-- login that is no superuser may only take on a role that was granted to it.
do $$ begin
  if not exists (select from pg_roles where rolname = 'cairn_app') then
    begin
      create role cairn_app nologin;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end if;
  if not pg_has_role(current_user, 'cairn_app', 'set') then
    execute format('grant cairn_app to %I with set true, inherit false', current_user);
  end if;
  execute format('grant usage on schema %I to cairn_app', current_schema());
end $$;

create table tenants (
  tenant_id text primary key check (tenant_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  created_at timestamptz not null default now()
);

create table documents (
  tenant_id text not null references tenants on delete cascade,
  document_id text not null,
  title text not null,
  origin text not null,
  content_hash text not null,
  indexed_at timestamptz not null default now(),
  primary key (tenant_id, document_id)
);

-- No index on lexemes: under row-level security the operator @@, which is not leakproof, may not run before the
-- policy, so the planner could never use one. A tenant's passages are reached by tenant_id and then scanned.
create table passages (
  tenant_id text not null,
  document_id text not null,
  passage_id text not null,
  position integer not null,
  section text not null,
  body text not null,
  style text not null check (style in ('list', 'prose')),
  about jsonb not null default '{}',
  lexemes tsvector not null,
  words integer not null,
  embedding halfvec not null,
  primary key (tenant_id, passage_id),
  foreign key (tenant_id, document_id) references documents on delete cascade
);
create index passages_by_document on passages (tenant_id, document_id);

create table passage_lines (
  tenant_id text not null,
  passage_id text not null,
  position integer not null,
  kind text not null check (kind in ('line', 'asked')),
  body text not null,
  embedding halfvec not null,
  primary key (tenant_id, passage_id, position),
  foreign key (tenant_id, passage_id) references passages on delete cascade
);

-- Every search reads these columns of every passage: kept in the row, they are read in half the time.
alter table passages alter column lexemes set storage main, alter column embedding set storage main;
alter table passage_lines alter column embedding set storage main;

-- One row: the model that made every vector in this store. Not a tenant's, so only its owner writes it.
create table embedding_model (
  only_row boolean primary key default true check (only_row),
  name text not null,
  dimension integer not null check (dimension > 0)
);

insert into tenants (tenant_id, name) values ('shared', 'Shared knowledge');

-- The sub-selects make the planner look the setting up once, not for each row. An unset tenant sees nothing.
do $$
declare
  own constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
  visible constant text := 'tenant_id = any (array[
    (select current_setting(''app.tenant'', true)),
    (select case when current_setting(''app.tenant'', true) <> '''' then ''shared'' end)])';
  guarded text;
begin
  foreach guarded in array array['tenants', 'documents', 'passages', 'passage_lines'] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format('create policy tenant_reads on %I for select to cairn_app using (%s)', guarded, visible);
    execute format('create policy tenant_inserts on %I for insert to cairn_app with check (%s)', guarded, own);
    execute format('create policy tenant_updates on %I for update to cairn_app using (%s) with check (%2$s)', guarded, own);
    execute format('create policy tenant_deletes on %I for delete to cairn_app using (%s)', guarded, own);
    execute format('grant select, insert, update, delete on %I to cairn_app', guarded);
  end loop;
end $$;
grant select on embedding_model to cairn_app;

-- A new embedding model empties every tenant's documents. An owner that is no superuser is held by the policies too.
create policy new_model_deletes on documents for delete to current_user using (true);
