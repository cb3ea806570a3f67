-- What models took, and where a turn that uses one stands.

alter table turns add column prompt_version text;

create table model_calls (
  tenant_id text not null references tenants on delete cascade,
  call_id bigint not null generated always as identity,
  at timestamptz not null default now(),
  -- Whose question it was; null once the person is erased, and for operators in the terminal.
  person_id uuid,
  -- Every call of one answer has it; the turn of a thread has the same id.
  turn_id uuid not null,
  model text not null,
  prompt_version text,
  input_tokens integer not null,
  output_tokens integer not null,
  cache_read_tokens integer not null,
  cache_write_tokens integer not null,
  -- Null when the model's price is not known.
  cost_usd numeric(12, 6),
  primary key (tenant_id, call_id)
);
create index model_calls_by_time on model_calls (tenant_id, at);

-- What a model's side of a turn has come to, so that a turn begun again goes on there.
create table turn_journals (
  tenant_id text not null,
  sequence bigint not null,
  state jsonb not null,
  primary key (tenant_id, sequence),
  foreign key (tenant_id, sequence) references inbox on delete cascade
);

do $$
declare
  own constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
  guarded text;
begin
  foreach guarded in array array['model_calls', 'turn_journals'] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format('create policy tenant_reads on %I for select to cairn_app using (%s)', guarded, own);
    execute format('create policy tenant_inserts on %I for insert to cairn_app with check (%s)', guarded, own);
    execute format('create policy tenant_updates on %I for update to cairn_app using (%s) with check (%2$s)', guarded, own);
    execute format('create policy tenant_deletes on %I for delete to cairn_app using (%s)', guarded, own);
    execute format('grant select, insert, update, delete on %I to cairn_app', guarded);
  end loop;
end $$;
