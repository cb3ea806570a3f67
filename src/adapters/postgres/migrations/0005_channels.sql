-- What chat platforms need: when to speak where, answers that are shown while they are made, edited and shared, and
-- what people think of them.

alter table workspaces add column uninstalled_at timestamptz;

alter table inbox
  -- The writer's id on the platform.
  add column user_id text,
  add column engagement text not null default 'answer' check (engagement in ('answer', 'if_cited')),
  add column shares_turn_id uuid,
  -- The message in which the answer is being shown, or an earlier answer stands.
  add column live_message_id text,
  -- An edited message is written again under the next number; only the last one may wait.
  add column revision integer not null default 0,
  add column edited_at timestamptz,
  drop constraint inbox_tenant_id_platform_conversation_id_message_id_key,
  add unique (tenant_id, platform, conversation_id, message_id, revision);

-- Its answer was deleted or made anew. A post that may yet arrive is removed as soon as it is known where.
alter table outbox add column taken_back boolean not null default false;
create index outbox_of_thread on outbox (tenant_id, thread_id);

create index turns_of_person on turns (tenant_id, person_id, answered_at);

create table channels (
  tenant_id text not null references tenants on delete cascade,
  platform text not null,
  conversation_id text not null,
  policy text not null check (policy in ('mentions', 'auto', 'off')),
  primary key (tenant_id, platform, conversation_id)
);

create table feedback (
  tenant_id text not null,
  turn_id uuid not null,
  person_id uuid not null,
  rating text not null check (rating in ('up', 'down')),
  reason text,
  at timestamptz not null default now(),
  primary key (tenant_id, turn_id, person_id),
  foreign key (tenant_id, turn_id) references turns on delete cascade,
  foreign key (tenant_id, person_id) references people on delete cascade
);
create index feedback_of_person on feedback (tenant_id, person_id);

do $$
declare
  own constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
  guarded text;
begin
  foreach guarded in array array['channels', 'feedback'] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format('create policy tenant_reads on %I for select to cairn_app using (%s)', guarded, own);
    execute format('create policy tenant_inserts on %I for insert to cairn_app with check (%s)', guarded, own);
    execute format('create policy tenant_updates on %I for update to cairn_app using (%s) with check (%2$s)', guarded, own);
    execute format('create policy tenant_deletes on %I for delete to cairn_app using (%s)', guarded, own);
    execute format('grant select, insert, update, delete on %I to cairn_app', guarded);
  end loop;
end $$;
