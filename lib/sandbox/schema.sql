-- The sandbox's whole state. Applied on every start with search_path set to the sandbox's own schema; safe to repeat.

-- One row a provider: taking its lock serialises that provider's writes, and the same statement hands out version numbers.
create table if not exists ticks (
  provider text primary key,
  last_version bigint not null default 0
);
insert into ticks (provider) values ('google'), ('microsoft') on conflict do nothing;

create table if not exists facts (
  name text primary key,
  value jsonb not null
);

create table if not exists people (
  email text primary key,
  provider text not null references ticks (provider),
  subject text not null unique,
  name text not null,
  time_zone text not null,
  is_admin boolean not null
);

create table if not exists calendars (
  id text primary key,
  provider text not null references ticks (provider),
  owner_email text not null references people (email),
  name text not null,
  time_zone text not null,
  is_primary boolean not null
);
create unique index if not exists one_primary_calendar on calendars (owner_email) where is_primary;

create table if not exists calendar_access (
  calendar_id text not null references calendars (id) on delete cascade,
  email text not null references people (email),
  role text not null check (role in ('owner', 'writer', 'reader')),
  primary key (calendar_id, email)
);

-- One row a person's copy of an event, of a series, or of an instance that differs from its series.
-- Deleted rows stay: their ids remain reserved.
create table if not exists events (
  calendar_id text not null references calendars (id) on delete cascade,
  id text not null,
  uid text not null,
  master_id text,
  original_start text,
  status text not null check (status in ('confirmed', 'tentative', 'cancelled')),
  deleted boolean not null default false,
  recurring boolean not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  version bigint not null,
  updated_micros bigint not null,
  created_micros bigint not null,
  sequence integer not null,
  transaction_id text,
  content jsonb not null,
  own jsonb not null,
  primary key (calendar_id, id)
);
create index if not exists events_in_time on events (calendar_id, starts_at, ends_at);
create index if not exists events_by_uid on events (uid);
create index if not exists events_by_master on events (calendar_id, master_id) where master_id is not null;
create index if not exists events_by_version on events (calendar_id, version);
create unique index if not exists one_event_a_transaction on events (calendar_id, transaction_id);

-- What a series was until a version at which its times changed: whoever asks what has changed since is told which of its instances are no more.
create table if not exists former_series (
  calendar_id text not null references calendars (id) on delete cascade,
  id text not null,
  until_version bigint not null,
  content jsonb not null,
  primary key (calendar_id, id, until_version)
);
create or replace function keep_former_series() returns trigger language plpgsql as $$
begin
  insert into former_series values (old.calendar_id, old.id, new.version, old.content) on conflict do nothing;
  return null;
end $$;
create or replace trigger events_former after update on events for each row
  when (old.recurring and (old.content -> 'start', old.content -> 'recurrence') is distinct from (new.content -> 'start', new.content -> 'recurrence'))
  execute function keep_former_series();

create table if not exists codes (
  hash text primary key,
  provider text not null,
  email text not null references people (email) on delete cascade,
  redirect_uri text not null,
  scope text not null,
  nonce text,
  challenge text,
  challenge_method text,
  offline boolean not null,
  expires_at timestamptz not null,
  grant_id uuid
);

create table if not exists grants (
  id uuid primary key,
  provider text not null,
  email text not null references people (email) on delete cascade,
  scope text not null,
  revoked boolean not null default false
);

create table if not exists tokens (
  hash text primary key,
  grant_id uuid not null references grants (id) on delete cascade,
  use text not null check (use in ('access', 'refresh')),
  expires_at timestamptz
);

create table if not exists journal (
  id bigint generated always as identity primary key,
  started_at timestamptz not null,
  at timestamptz not null default clock_timestamp(),
  provider text not null,
  person text,
  method text not null,
  path text not null,
  query text not null,
  headers jsonb not null,
  request_body text not null,
  status integer,
  executed_status integer,
  response_body text not null,
  fault text
);

-- Google's notification channels and Graph's subscriptions.
create table if not exists channels (
  id text primary key,
  provider text not null references ticks (provider),
  email text not null references people (email) on delete cascade,
  calendar_id text not null references calendars (id) on delete cascade,
  resource text not null,
  address text not null,
  lifecycle_address text,
  secret text,
  change_types text not null,
  expires_at timestamptz not null,
  notified_version bigint not null,
  message_number integer not null default 1
);
