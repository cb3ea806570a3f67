-- People of a tenant, what they write and what is posted to them, and the record of who did what.

create table workspaces (
  tenant_id text not null references tenants on delete cascade,
  platform text not null check (platform in ('slack', 'teams', 'web', 'terminal')),
  workspace_id text not null,
  name text not null default '',
  installed_at timestamptz not null default now(),
  primary key (tenant_id, platform, workspace_id)
);
-- A workspace belongs to one tenant: its messages must never reach another.
create unique index workspaces_of_one_tenant on workspaces (platform, workspace_id);

create table people (
  tenant_id text not null references tenants on delete cascade,
  person_id uuid not null,
  name text not null default '',
  -- Verified by a platform; in lower case, so that one address is one person.
  email text check (email = lower(email)),
  role text not null default 'member' check (role in ('admin', 'executive', 'manager', 'member')),
  created_at timestamptz not null default now(),
  primary key (tenant_id, person_id)
);
create unique index people_by_email on people (tenant_id, email) where email is not null;

create table identities (
  tenant_id text not null,
  platform text not null,
  user_id text not null,
  person_id uuid not null,
  primary key (tenant_id, platform, user_id),
  foreign key (tenant_id, person_id) references people on delete cascade
);
create index identities_of_person on identities (tenant_id, person_id);

create table secrets (
  tenant_id text not null references tenants on delete cascade,
  name text not null,
  sealed text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, name)
);

create table settings (
  tenant_id text not null references tenants on delete cascade,
  name text not null,
  value jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, name)
);

-- A thread has one worker at a time: whoever holds its lease. All lease times are the database's.
create table threads (
  tenant_id text not null references tenants on delete cascade,
  thread_id text not null,
  platform text not null,
  conversation_id text not null,
  created_at timestamptz not null default now(),
  lease_token uuid,
  leased_until timestamptz,
  -- Set while it has mail to work through; the sweep finds threads by it.
  due_at timestamptz,
  primary key (tenant_id, thread_id)
);
create index threads_due on threads (due_at) where due_at is not null;

create table inbox (
  tenant_id text not null,
  sequence bigint not null generated always as identity,
  platform text not null,
  event_id text not null,
  conversation_id text not null,
  message_id text not null,
  thread_id text not null,
  person_id uuid,
  text text not null,
  occurred_at timestamptz not null,
  accepted_at timestamptz not null default now(),
  state text not null default 'accepted' check (state in ('accepted', 'done', 'ignored', 'dead')),
  attempts integer not null default 0,
  reason text,
  primary key (tenant_id, sequence),
  unique (tenant_id, platform, event_id),
  unique (tenant_id, platform, conversation_id, message_id),
  foreign key (tenant_id, thread_id) references threads on delete cascade
);
create index inbox_waiting on inbox (tenant_id, thread_id, occurred_at, sequence) where state = 'accepted';

create table turns (
  tenant_id text not null,
  turn_id uuid not null,
  thread_id text not null,
  sequence bigint not null,
  person_id uuid,
  question text not null,
  reply jsonb not null,
  composer text not null,
  timings jsonb not null default '{}',
  answered_at timestamptz not null default now(),
  primary key (tenant_id, turn_id),
  -- A message is answered once.
  unique (tenant_id, sequence),
  foreign key (tenant_id, thread_id) references threads on delete cascade
);
create index turns_of_thread on turns (tenant_id, thread_id, answered_at);

create table outbox (
  tenant_id text not null,
  idempotency_key text not null,
  sequence bigint not null generated always as identity,
  thread_id text not null,
  body jsonb not null,
  state text not null default 'intended' check (state in ('intended', 'sent', 'confirmed', 'uncertain', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  platform_message_id text,
  reason text,
  intended_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, idempotency_key),
  foreign key (tenant_id, thread_id) references threads on delete cascade
);
create index outbox_waiting on outbox (tenant_id, thread_id, sequence) where state in ('intended', 'sent');
create index outbox_troubled on outbox (tenant_id, state) where state in ('uncertain', 'dead');

-- What recurs: its due time is moved on when its job was made.
create table schedules (
  tenant_id text not null references tenants on delete cascade,
  recurrence_id text not null,
  queue text not null,
  schedule jsonb not null,
  zone text not null,
  -- To the millisecond, as the program that reads it knows it.
  next_due timestamptz(3) not null,
  claimed_until timestamptz,
  primary key (tenant_id, recurrence_id)
);
create index schedules_due on schedules (next_due);

create table audit_entries (
  tenant_id text not null references tenants on delete cascade,
  entry_id bigint not null generated always as identity,
  at timestamptz not null default now(),
  -- Kept when the person is erased: by then it names nobody.
  person_id uuid,
  action text not null,
  subject text not null default '',
  detail jsonb not null default '{}',
  primary key (tenant_id, entry_id)
);
create index audit_entries_by_time on audit_entries (tenant_id, at);

do $$
declare
  own constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
  guarded text;
begin
  foreach guarded in array array[
    'workspaces', 'people', 'identities', 'secrets', 'settings', 'threads', 'inbox', 'turns', 'outbox', 'schedules', 'audit_entries'
  ] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format('create policy tenant_reads on %I for select to cairn_app using (%s)', guarded, own);
    execute format('create policy tenant_inserts on %I for insert to cairn_app with check (%s)', guarded, own);
    execute format('grant select, insert on %I to cairn_app', guarded);
    -- The record of what was done is only ever added to; its retention is the owner's work.
    continue when guarded = 'audit_entries';
    execute format('create policy tenant_updates on %I for update to cairn_app using (%s) with check (%2$s)', guarded, own);
    execute format('create policy tenant_deletes on %I for delete to cairn_app using (%s)', guarded, own);
    execute format('grant update, delete on %I to cairn_app', guarded);
  end loop;
end $$;

-- The owner finds the tenant of a workspace, the threads that wait in any tenant, and what is too old to keep; an
-- owner that is no superuser is held by the policies too.
create policy owner_looks_up on workspaces for select to current_user using (true);
create policy owner_sweeps on threads for select to current_user using (true);
create policy owner_claims on schedules to current_user using (true) with check (true);
create policy owner_counts on outbox for select to current_user using (true);
create policy owner_counts on inbox for select to current_user using (true);
create policy owner_reads_age on audit_entries for select to current_user using (true);
create policy owner_forgets on audit_entries for delete to current_user using (true);
create policy owner_lists on tenants for select to current_user using (true);
