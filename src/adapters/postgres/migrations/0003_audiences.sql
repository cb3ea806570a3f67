-- Who may see an organization's own document. Row-level security stays as it is: it parts tenants, and audiences are
-- within one.
alter table documents add column audience text not null default 'everyone'
  check (audience in ('everyone', 'managers', 'executives'));
alter table documents add unique (tenant_id, document_id, audience);

-- Every passage repeats it, so that a search need not join. The key holds the two together: a passage cannot stand
-- under another audience than its document, and follows when that changes.
alter table passages
  add column audience text not null default 'everyone',
  drop constraint passages_tenant_id_document_id_fkey,
  add foreign key (tenant_id, document_id, audience) references documents (tenant_id, document_id, audience)
    on update cascade on delete cascade;
