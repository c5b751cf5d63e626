-- What the migrations make, read back from PostgreSQL. Written by: npm run db -- snapshot

-- extensions
create extension btree_gist;

-- types

-- sequences
create sequence bookable_calendars_no_seq as integer increment 1;
create sequence log_id_seq as bigint increment 1;

-- tables
create table accounts (
  id text not null,
  user_id text not null,
  type text not null,
  provider text not null,
  provider_account_id text not null
);
create table agent_keys (
  workspace_id text not null,
  id text not null,
  agent_id text not null,
  hash text not null,
  scopes text[],
  created_by text not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  expires_at timestamp(6) with time zone,
  revoked_at timestamp(6) with time zone
);
create table agent_ranks (
  workspace_id text not null,
  owner_id text not null,
  agent_id text not null,
  rank integer not null
);
create table agents (
  workspace_id text not null,
  id text not null,
  name text not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  revoked_at timestamp(6) with time zone,
  added_by text
);
create table approvals (
  workspace_id text not null,
  id uuid not null,
  proposal_id text not null,
  "position" integer not null,
  user_id text not null,
  plan_hash text not null,
  base_version text not null,
  care_digest text not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  expires_at timestamp(6) with time zone not null
);
create table availability_rules (
  workspace_id text not null,
  user_id text not null,
  buffer_minutes integer not null default 0,
  focus_blocks jsonb not null default '[]'::jsonb
);
create table bookable_calendars (
  workspace_id text not null,
  owner_id text not null,
  id text not null,
  no integer not null default nextval('bookable_calendars_no_seq'::regclass),
  name text not null,
  hold_ms integer not null,
  bump_ms integer not null,
  max_holds integer not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  write_at_once boolean not null default false,
  closed_at timestamp(6) with time zone
);
create table booking_events (
  workspace_id text not null,
  event_key text not null,
  booking_id uuid not null,
  event jsonb not null,
  version text not null,
  state text not null default 'stands'::text
);
create table booking_questions (
  workspace_id text not null,
  id uuid not null,
  owner_id text not null,
  booking_id uuid not null,
  about text not null,
  event_key text not null,
  starts_at timestamp(6) with time zone,
  ends_at timestamp(6) with time zone,
  asked_at timestamp(6) with time zone not null,
  choice text,
  answered_at timestamp(6) with time zone
);
create table bookings (
  workspace_id text not null,
  id uuid not null,
  owner_id text not null,
  calendar_id text not null,
  agent_id text not null,
  priority integer not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null,
  title text not null,
  committed_at timestamp(6) with time zone not null,
  bump_until timestamp(6) with time zone not null,
  state text not null default 'live'::text,
  ended_at timestamp(6) with time zone,
  ended_by jsonb,
  calendar_attempt integer not null default 0,
  calendar_due_at timestamp(6) with time zone
);
create table cached_events (
  workspace_id text not null,
  connection_id text not null,
  calendar_id text not null,
  event_id text not null,
  version text not null,
  care_digest text not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null,
  event jsonb not null,
  seen_at timestamp(6) with time zone not null
);
create table calendar_choices (
  workspace_id text not null,
  user_id text not null,
  connection_id text not null,
  calendar_id text not null,
  shown boolean not null default true,
  hue integer,
  is_default boolean not null default false,
  share_titles boolean
);
create table careless_bookings (
  workspace_id text not null,
  race_id uuid not null,
  id uuid not null,
  racer text not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null
);
create table chat_turns (
  workspace_id text not null,
  id text not null,
  user_id text not null,
  words text not null,
  answer jsonb not null,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP
);
create table conflicts (
  workspace_id text not null,
  id uuid not null,
  proposal_id text not null,
  "position" integer not null,
  user_id text not null,
  body jsonb not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  choice text,
  answered_at timestamp(6) with time zone
);
create table connections (
  workspace_id text not null,
  id text not null,
  user_id text not null,
  provider text not null,
  provider_account_id text not null,
  email text not null,
  scopes text not null,
  status text not null default 'live'::text,
  access_token text not null,
  refresh_token text,
  access_expires_at timestamp(6) with time zone not null,
  token_version integer not null default 1,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP
);
create table heads (
  workspace_id text not null,
  kind text not null,
  id text not null,
  version text not null default ''::text,
  epoch bigint not null default 0,
  claim_id uuid,
  lease_until timestamp(6) with time zone
);
create table holds (
  workspace_id text not null,
  id uuid not null,
  owner_id text not null,
  calendar_id text not null,
  agent_id text not null,
  priority integer not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null,
  created_at timestamp(6) with time zone not null,
  expires_at timestamp(6) with time zone not null,
  state text not null default 'live'::text,
  ended_at timestamp(6) with time zone,
  ended_by jsonb
);
create table idempotency_keys (
  workspace_id text not null,
  asker text not null,
  key text not null,
  digest text not null,
  reply jsonb not null,
  created_at timestamp(6) with time zone not null
);
create table intents (
  workspace_id text not null,
  id uuid not null,
  connection_id text not null,
  event_key text not null,
  series_key text not null,
  user_id text not null,
  proposal_id text not null,
  "position" integer not null,
  approval_id uuid not null,
  after_intent uuid,
  base_version text not null,
  care_digest text not null,
  base jsonb not null,
  notify boolean not null,
  state text not null,
  lease_until timestamp(6) with time zone not null,
  prepared_at timestamp(6) with time zone not null,
  sent_at timestamp(6) with time zone,
  look_again_at timestamp(6) with time zone,
  finished_at timestamp(6) with time zone,
  outcome jsonb,
  correction jsonb,
  change jsonb not null
);
create table invitations (
  workspace_id text not null,
  id text not null,
  token_hash text not null,
  role text not null,
  created_by text not null,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP,
  expires_at timestamp(6) with time zone not null,
  used_by text,
  used_at timestamp(6) with time zone
);
create table log (
  workspace_id text not null,
  id bigint not null default nextval('log_id_seq'::regclass),
  at timestamp(6) with time zone not null default clock_timestamp(),
  actor_kind text not null,
  actor_id text not null,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  user_id text,
  proposal_id text,
  intent_id uuid,
  outcome text,
  body jsonb not null
);
create table log_checkpoints (
  workspace_id text not null,
  size bigint not null,
  root text not null,
  frontier jsonb not null,
  note text not null,
  at timestamp(6) with time zone not null default clock_timestamp()
);
create table log_sealed (
  workspace_id text not null,
  seq bigint not null,
  log_id bigint not null,
  leaf_hash text not null
);
create table log_texts (
  workspace_id text not null,
  log_id bigint not null,
  user_id text not null,
  sealed text not null
);
create table log_unsealed (
  workspace_id text not null,
  log_id bigint not null
);
create table members (
  workspace_id text not null,
  user_id text not null,
  role text not null,
  time_zone text not null,
  working_hours jsonb not null,
  share_titles boolean not null default false,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP
);
create table model_choices (
  workspace_id text not null,
  version integer not null,
  kind text not null,
  provider text,
  model text,
  base_url text,
  sealed_key text
);
create table outside_blocks (
  workspace_id text not null,
  calendar_no integer not null,
  source text not null,
  id text not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null
);
create table proposal_operations (
  workspace_id text not null,
  proposal_id text not null,
  "position" integer not null,
  event_key text not null,
  base jsonb not null,
  base_version text not null,
  care_digest text not null,
  notify boolean not null default true,
  slot jsonb not null,
  state text not null default 'pending'::text,
  outcome jsonb,
  after jsonb,
  after_version text,
  change jsonb not null
);
create table proposals (
  workspace_id text not null,
  id text not null,
  user_id text not null,
  origin text not null,
  state text not null,
  plan jsonb not null,
  plan_hash text not null,
  undo_of text,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP,
  expires_at timestamp(6) with time zone not null,
  stale jsonb,
  agent_id text,
  agent_name text,
  continues text,
  rest_left boolean not null default false
);
create table record_claims (
  workspace_id text not null,
  id uuid not null,
  folded text not null,
  epoch bigint not null,
  actor_kind text not null,
  actor_id text not null,
  made_at timestamp(6) with time zone not null,
  ended_at timestamp(6) with time zone,
  ended_how text
);
create table record_versions (
  workspace_id text not null,
  folded text not null,
  seq bigint not null,
  key text not null,
  value jsonb,
  how text not null,
  actor_kind text not null,
  actor_id text not null,
  at timestamp(6) with time zone not null
);
create table record_views (
  workspace_id text not null,
  agent_id text not null,
  run_id uuid not null,
  folded text not null,
  version text not null,
  at timestamp(6) with time zone not null
);
create table records (
  workspace_id text not null,
  folded text not null,
  key text not null,
  value jsonb not null,
  at timestamp(6) with time zone not null
);
create table sessions (
  id text not null,
  token_hash text not null,
  user_id text not null,
  expires timestamp(6) with time zone not null
);
create table sync_channels (
  workspace_id text not null,
  id uuid not null,
  connection_id text not null,
  calendar_id text not null,
  token_hash text not null,
  channel_id text,
  resource_id text,
  expires_at timestamp(6) with time zone,
  created_at timestamp(6) with time zone not null default clock_timestamp()
);
create table synced_calendars (
  workspace_id text not null,
  connection_id text not null,
  calendar_id text not null,
  user_id text not null,
  cursor text,
  window_from timestamp(6) with time zone,
  window_to timestamp(6) with time zone,
  run bigint not null default 0,
  failures integer not null default 0,
  synced_at timestamp(6) with time zone,
  next_poll_at timestamp(6) with time zone not null default clock_timestamp(),
  begun_at timestamp(6) with time zone,
  changed_at timestamp(6) with time zone
);
create table taken_slots (
  workspace_id text not null,
  calendar_no integer not null,
  starts_at timestamp(6) with time zone not null,
  ends_at timestamp(6) with time zone not null,
  kind text not null,
  id uuid not null,
  agent_id text not null,
  priority integer not null,
  until timestamp(6) with time zone not null
);
create table text_keys (
  workspace_id text not null,
  user_id text not null,
  wrapped text not null
);
create table token_buckets (
  workspace_id text not null,
  id text not null,
  tokens double precision not null,
  passed boolean not null,
  at timestamp(6) with time zone not null
);
create table users (
  id text not null,
  name text,
  email text,
  email_verified timestamp(6) with time zone,
  image text
);
create table webhook_cursors (
  workspace_id text not null,
  seq bigint not null
);
create table webhook_deliveries (
  workspace_id text not null,
  subscription_id uuid not null,
  seq bigint not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  next_at timestamp(6) with time zone not null default clock_timestamp(),
  last_at timestamp(6) with time zone,
  last_status integer,
  last_error text
);
create table webhook_secrets (
  workspace_id text not null,
  id uuid not null,
  subscription_id uuid not null,
  sealed text not null,
  created_at timestamp(6) with time zone not null default clock_timestamp(),
  expires_at timestamp(6) with time zone
);
create table webhook_subscriptions (
  workspace_id text not null,
  id uuid not null,
  subscriber_kind text not null,
  subscriber_id text not null,
  url text not null,
  events text[],
  state text not null default 'live'::text,
  from_seq bigint not null,
  failures integer not null default 0,
  paused_until timestamp(6) with time zone,
  claim_id uuid,
  lease_until timestamp(6) with time zone,
  created_at timestamp(6) with time zone not null default clock_timestamp()
);
create table workspaces (
  id text not null,
  name text not null,
  created_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP
);

-- constraints
alter table accounts add constraint accounts_pkey PRIMARY KEY (id);
alter table accounts add constraint accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table agent_keys add constraint agent_keys_pkey PRIMARY KEY (workspace_id, id);
alter table agent_ranks add constraint agent_ranks_pkey PRIMARY KEY (workspace_id, owner_id, agent_id);
alter table agent_ranks add constraint agent_ranks_rank CHECK ((rank >= 1));
alter table agents add constraint agents_pkey PRIMARY KEY (workspace_id, id);
alter table approvals add constraint approvals_pkey PRIMARY KEY (workspace_id, id);
alter table availability_rules add constraint availability_rules_buffer CHECK (((buffer_minutes >= 0) AND (buffer_minutes <= 240)));
alter table availability_rules add constraint availability_rules_pkey PRIMARY KEY (workspace_id, user_id);
alter table bookable_calendars add constraint bookable_calendars_pkey PRIMARY KEY (workspace_id, owner_id, id);
alter table bookable_calendars add constraint bookable_calendars_times CHECK (((hold_ms > 0) AND (bump_ms >= 0) AND (max_holds > 0)));
alter table booking_events add constraint booking_events_pkey PRIMARY KEY (workspace_id, event_key);
alter table booking_events add constraint booking_events_state CHECK ((state = ANY (ARRAY['stands'::text, 'removed'::text, 'kept'::text])));
alter table booking_questions add constraint booking_questions_about CHECK ((about = ANY (ARRAY['overlap'::text, 'moved'::text])));
alter table booking_questions add constraint booking_questions_choice CHECK (((choice = ANY (ARRAY['keep'::text, 'cancel'::text])) AND ((choice IS NULL) = (answered_at IS NULL))));
alter table booking_questions add constraint booking_questions_pkey PRIMARY KEY (workspace_id, id);
alter table bookings add constraint bookings_end CHECK (((state = 'live'::text) = (ended_at IS NULL)));
alter table bookings add constraint bookings_pkey PRIMARY KEY (workspace_id, id);
alter table bookings add constraint bookings_state CHECK ((state = ANY (ARRAY['live'::text, 'cancelled'::text, 'evicted'::text])));
alter table cached_events add constraint cached_events_pkey PRIMARY KEY (workspace_id, connection_id, calendar_id, event_id);
alter table cached_events add constraint cached_events_version CHECK ((version <> ''::text));
alter table calendar_choices add constraint calendar_choices_hue CHECK (((hue >= 0) AND (hue <= 7)));
alter table calendar_choices add constraint calendar_choices_pkey PRIMARY KEY (workspace_id, connection_id, calendar_id);
alter table calendar_choices add constraint calendar_choices_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table careless_bookings add constraint careless_bookings_pkey PRIMARY KEY (workspace_id, race_id, id);
alter table chat_turns add constraint chat_turns_pkey PRIMARY KEY (workspace_id, id);
alter table conflicts add constraint conflicts_pkey PRIMARY KEY (workspace_id, id);
alter table connections add constraint connections_pkey PRIMARY KEY (workspace_id, id);
alter table connections add constraint connections_status CHECK ((status = ANY (ARRAY['live'::text, 'paused'::text])));
alter table heads add constraint heads_pkey PRIMARY KEY (workspace_id, kind, id);
alter table holds add constraint holds_end CHECK (((state = 'live'::text) = (ended_at IS NULL)));
alter table holds add constraint holds_pkey PRIMARY KEY (workspace_id, id);
alter table holds add constraint holds_state CHECK ((state = ANY (ARRAY['live'::text, 'used'::text, 'released'::text, 'expired'::text, 'displaced'::text])));
alter table idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (workspace_id, asker, key);
alter table intents add constraint intents_change CHECK (((change ->> 'kind'::text) = ANY (ARRAY['update'::text, 'delete'::text, 'create'::text, 'move'::text, 'respond'::text, 'split'::text, 'trim'::text, 'fence'::text])));
alter table intents add constraint intents_outcome CHECK (((state = 'DONE'::text) = (outcome IS NOT NULL)));
alter table intents add constraint intents_pkey PRIMARY KEY (workspace_id, id);
alter table intents add constraint intents_state CHECK ((state = ANY (ARRAY['PREPARED'::text, 'SENT'::text, 'DONE'::text])));
alter table intents add constraint intents_version CHECK (((base_version <> ''::text) AND ((base_version = 'absent'::text) = ((change ->> 'kind'::text) = 'create'::text))));
alter table invitations add constraint invitations_pkey PRIMARY KEY (workspace_id, id);
alter table invitations add constraint invitations_role CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text])));
alter table log add constraint log_pkey PRIMARY KEY (workspace_id, id);
alter table log_checkpoints add constraint log_checkpoints_pkey PRIMARY KEY (workspace_id, size);
alter table log_sealed add constraint log_sealed_pkey PRIMARY KEY (workspace_id, seq);
alter table log_texts add constraint log_texts_pkey PRIMARY KEY (workspace_id, log_id);
alter table log_unsealed add constraint log_unsealed_pkey PRIMARY KEY (workspace_id, log_id);
alter table members add constraint members_pkey PRIMARY KEY (workspace_id, user_id);
alter table members add constraint members_role CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text])));
alter table members add constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table members add constraint members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON UPDATE CASCADE ON DELETE RESTRICT;
alter table model_choices add constraint model_choices_pkey PRIMARY KEY (workspace_id);
alter table outside_blocks add constraint outside_blocks_pkey PRIMARY KEY (workspace_id, calendar_no, source, id);
alter table proposal_operations add constraint proposal_operations_change CHECK (((change ->> 'kind'::text) = ANY (ARRAY['update'::text, 'delete'::text, 'create'::text, 'move'::text, 'respond'::text, 'split'::text, 'trim'::text, 'fence'::text])));
alter table proposal_operations add constraint proposal_operations_pkey PRIMARY KEY (workspace_id, proposal_id, "position");
alter table proposal_operations add constraint proposal_operations_workspace_id_proposal_id_fkey FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposals(workspace_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;
alter table proposals add constraint proposals_agent CHECK (((origin = 'outside-agent'::text) = ((agent_id IS NOT NULL) AND (agent_name IS NOT NULL))));
alter table proposals add constraint proposals_pkey PRIMARY KEY (workspace_id, id);
alter table proposals add constraint proposals_state CHECK ((state = ANY (ARRAY['open'::text, 'stale'::text, 'applying'::text, 'conflict'::text, 'done'::text, 'stopped'::text, 'dropped'::text])));
alter table record_claims add constraint record_claims_end CHECK ((((ended_at IS NULL) = (ended_how IS NULL)) AND (ended_how = ANY (ARRAY['released'::text, 'reclaimed'::text, 'handedOff'::text]))));
alter table record_claims add constraint record_claims_own CHECK ((NOT starts_with(folded, '_people/'::text)));
alter table record_claims add constraint record_claims_pkey PRIMARY KEY (workspace_id, id);
alter table record_versions add constraint record_versions_how CHECK ((how = ANY (ARRAY['created'::text, 'written'::text, 'deleted'::text, 'handed-off'::text])));
alter table record_versions add constraint record_versions_own CHECK (((NOT starts_with(folded, '_people/'::text)) OR ((actor_kind = 'person'::text) AND starts_with(folded, lower((('_people/'::text || actor_id) || '/'::text))))));
alter table record_versions add constraint record_versions_pkey PRIMARY KEY (workspace_id, folded, seq);
alter table record_versions add constraint record_versions_value CHECK (((how = 'deleted'::text) = (value IS NULL)));
alter table record_views add constraint record_views_pkey PRIMARY KEY (workspace_id, agent_id, run_id, folded);
alter table records add constraint records_key CHECK (((length(key) <= 400) AND (folded = lower(key)) AND (key ~ '^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99}(/[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99})*$'::text)));
alter table records add constraint records_pkey PRIMARY KEY (workspace_id, folded);
alter table sessions add constraint sessions_pkey PRIMARY KEY (id);
alter table sessions add constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table sync_channels add constraint sync_channels_pkey PRIMARY KEY (workspace_id, id);
alter table synced_calendars add constraint synced_calendars_pkey PRIMARY KEY (workspace_id, connection_id, calendar_id);
alter table taken_slots add constraint taken_slots_apart EXCLUDE USING gist (calendar_no WITH =, tstzrange(starts_at, ends_at) WITH &&);
alter table taken_slots add constraint taken_slots_grid CHECK (((date_bin('00:05:00'::interval, starts_at, '1970-01-01 00:00:00+00'::timestamp with time zone) = starts_at) AND (date_bin('00:05:00'::interval, ends_at, '1970-01-01 00:00:00+00'::timestamp with time zone) = ends_at) AND (ends_at > starts_at) AND (ends_at <= (starts_at + '24:00:00'::interval))));
alter table taken_slots add constraint taken_slots_kind CHECK ((kind = ANY (ARRAY['hold'::text, 'booking'::text])));
alter table taken_slots add constraint taken_slots_pkey PRIMARY KEY (workspace_id, calendar_no, starts_at);
alter table text_keys add constraint text_keys_pkey PRIMARY KEY (workspace_id, user_id);
alter table token_buckets add constraint token_buckets_pkey PRIMARY KEY (workspace_id, id);
alter table users add constraint users_pkey PRIMARY KEY (id);
alter table webhook_cursors add constraint webhook_cursors_pkey PRIMARY KEY (workspace_id);
alter table webhook_deliveries add constraint webhook_deliveries_pkey PRIMARY KEY (workspace_id, subscription_id, seq);
alter table webhook_deliveries add constraint webhook_deliveries_state CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])));
alter table webhook_deliveries add constraint webhook_deliveries_workspace_id_subscription_id_fkey FOREIGN KEY (workspace_id, subscription_id) REFERENCES webhook_subscriptions(workspace_id, id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table webhook_secrets add constraint webhook_secrets_pkey PRIMARY KEY (workspace_id, id);
alter table webhook_secrets add constraint webhook_secrets_workspace_id_subscription_id_fkey FOREIGN KEY (workspace_id, subscription_id) REFERENCES webhook_subscriptions(workspace_id, id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table webhook_subscriptions add constraint webhook_subscriptions_pkey PRIMARY KEY (workspace_id, id);
alter table webhook_subscriptions add constraint webhook_subscriptions_state CHECK ((state = ANY (ARRAY['live'::text, 'off'::text, 'gone'::text])));
alter table webhook_subscriptions add constraint webhook_subscriptions_subscriber CHECK ((subscriber_kind = ANY (ARRAY['agent'::text, 'person'::text])));
alter table workspaces add constraint workspaces_pkey PRIMARY KEY (id);

-- indexes
CREATE UNIQUE INDEX accounts_provider_provider_account_id_key ON public.accounts USING btree (provider, provider_account_id);
CREATE INDEX accounts_user_id_idx ON public.accounts USING btree (user_id);
CREATE INDEX agent_keys_workspace_id_agent_id_idx ON public.agent_keys USING btree (workspace_id, agent_id);
CREATE INDEX agent_ranks_workspace_id_agent_id_idx ON public.agent_ranks USING btree (workspace_id, agent_id);
CREATE UNIQUE INDEX agent_ranks_workspace_id_owner_id_rank_key ON public.agent_ranks USING btree (workspace_id, owner_id, rank);
CREATE INDEX approvals_workspace_id_proposal_id_idx ON public.approvals USING btree (workspace_id, proposal_id);
CREATE UNIQUE INDEX bookable_calendars_no_key ON public.bookable_calendars USING btree (no);
CREATE INDEX booking_events_workspace_id_booking_id_idx ON public.booking_events USING btree (workspace_id, booking_id);
CREATE UNIQUE INDEX booking_questions_workspace_id_booking_id_about_event_key_key ON public.booking_questions USING btree (workspace_id, booking_id, about, event_key);
CREATE INDEX bookings_calendar_due ON public.bookings USING btree (calendar_due_at) WHERE (calendar_due_at IS NOT NULL);
CREATE INDEX bookings_workspace_id_owner_id_committed_at_idx ON public.bookings USING btree (workspace_id, owner_id, committed_at);
CREATE UNIQUE INDEX calendar_choices_one_default ON public.calendar_choices USING btree (workspace_id, user_id) WHERE is_default;
CREATE INDEX calendar_choices_workspace_id_user_id_idx ON public.calendar_choices USING btree (workspace_id, user_id);
CREATE INDEX chat_turns_workspace_id_user_id_created_at_idx ON public.chat_turns USING btree (workspace_id, user_id, created_at);
CREATE INDEX conflicts_workspace_id_user_id_answered_at_idx ON public.conflicts USING btree (workspace_id, user_id, answered_at);
CREATE UNIQUE INDEX connections_workspace_id_user_id_provider_provider_account__key ON public.connections USING btree (workspace_id, user_id, provider, provider_account_id);
CREATE INDEX heads_claims_due ON public.heads USING btree (lease_until) WHERE ((kind = 'record'::text) AND (claim_id IS NOT NULL));
CREATE INDEX holds_workspace_id_agent_id_expires_at_idx ON public.holds USING btree (workspace_id, agent_id, expires_at);
CREATE INDEX holds_workspace_id_owner_id_created_at_idx ON public.holds USING btree (workspace_id, owner_id, created_at);
CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);
CREATE UNIQUE INDEX intents_one_live ON public.intents USING btree (workspace_id, connection_id, series_key) WHERE (state = ANY (ARRAY['PREPARED'::text, 'SENT'::text]));
CREATE INDEX intents_unfinished ON public.intents USING btree (lease_until) WHERE (state = ANY (ARRAY['PREPARED'::text, 'SENT'::text]));
CREATE UNIQUE INDEX intents_workspace_id_after_intent_key ON public.intents USING btree (workspace_id, after_intent);
CREATE INDEX intents_workspace_id_event_key_idx ON public.intents USING btree (workspace_id, event_key);
CREATE INDEX intents_workspace_id_proposal_id_idx ON public.intents USING btree (workspace_id, proposal_id);
CREATE UNIQUE INDEX invitations_token_hash_key ON public.invitations USING btree (token_hash);
CREATE INDEX log_workspace_id_proposal_id_idx ON public.log USING btree (workspace_id, proposal_id);
CREATE INDEX log_workspace_id_subject_id_idx ON public.log USING btree (workspace_id, subject_id);
CREATE INDEX log_workspace_id_user_id_id_idx ON public.log USING btree (workspace_id, user_id, id);
CREATE UNIQUE INDEX log_sealed_workspace_id_log_id_key ON public.log_sealed USING btree (workspace_id, log_id);
CREATE UNIQUE INDEX members_user_id_key ON public.members USING btree (user_id);
CREATE INDEX outside_blocks_when ON public.outside_blocks USING gist (calendar_no, tstzrange(starts_at, ends_at));
CREATE INDEX outside_blocks_workspace_id_source_id_idx ON public.outside_blocks USING btree (workspace_id, source, id);
CREATE INDEX proposal_operations_half ON public.proposal_operations USING btree (workspace_id, proposal_id) WHERE (((change ->> 'kind'::text) = 'trim'::text) AND (state = ANY (ARRAY['failed'::text, 'skipped'::text, 'kept'::text, 'conflict'::text])));
CREATE INDEX proposal_operations_workspace_id_event_key_idx ON public.proposal_operations USING btree (workspace_id, event_key);
CREATE UNIQUE INDEX proposals_continued_once ON public.proposals USING btree (workspace_id, continues) WHERE ((continues IS NOT NULL) AND (state <> 'dropped'::text));
CREATE INDEX proposals_of_agents ON public.proposals USING btree (workspace_id, user_id, created_at) WHERE (agent_id IS NOT NULL);
CREATE INDEX proposals_open_lately ON public.proposals USING btree (created_at) WHERE (state = 'open'::text);
CREATE INDEX proposals_workspace_id_undo_of_idx ON public.proposals USING btree (workspace_id, undo_of);
CREATE INDEX proposals_workspace_id_user_id_created_at_idx ON public.proposals USING btree (workspace_id, user_id, created_at);
CREATE INDEX record_views_at_idx ON public.record_views USING btree (at);
CREATE INDEX records_by_prefix ON public.records USING btree (workspace_id, folded text_pattern_ops);
CREATE UNIQUE INDEX sessions_token_hash_key ON public.sessions USING btree (token_hash);
CREATE INDEX sessions_user_id_idx ON public.sessions USING btree (user_id);
CREATE INDEX sync_channels_workspace_id_connection_id_calendar_id_idx ON public.sync_channels USING btree (workspace_id, connection_id, calendar_id);
CREATE UNIQUE INDEX sync_channels_workspace_id_token_hash_key ON public.sync_channels USING btree (workspace_id, token_hash);
CREATE INDEX synced_calendars_next_poll_at_idx ON public.synced_calendars USING btree (next_poll_at);
CREATE INDEX taken_slots_due ON public.taken_slots USING btree (until) WHERE (kind = 'hold'::text);
CREATE INDEX taken_slots_running_out ON public.taken_slots USING btree (workspace_id, calendar_no, until) WHERE (kind = 'hold'::text);
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email);
CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (workspace_id, subscription_id, next_at, seq) WHERE (state = 'pending'::text);
CREATE INDEX webhook_secrets_workspace_id_subscription_id_idx ON public.webhook_secrets USING btree (workspace_id, subscription_id);
CREATE INDEX webhook_subscriptions_workspace_id_subscriber_kind_subscrib_idx ON public.webhook_subscriptions USING btree (workspace_id, subscriber_kind, subscriber_id);

-- views

-- functions
CREATE OR REPLACE FUNCTION public.agent_add(p_ws text, p_id text, p_name text, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into agents (workspace_id, id, name) values (p_ws, p_id, p_name);
  perform log_append(p_ws, p_log);
end $function$;
CREATE OR REPLACE FUNCTION public.agent_add_to_list(p_ws text, p_owner text, p_id text, p_name text, p_most integer, p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  if cardinality(agent_list(p_ws, p_owner)) >= p_most then return false; end if;
  insert into agents (workspace_id, id, name, added_by) values (p_ws, p_id, p_name, p_owner);
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank)
    select p_ws, p_owner, p_id, coalesce(max(rank), 0) + 1 from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.agent_key_issue(p_ws text, p_key jsonb, p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform 1 from agents where workspace_id = p_ws and id = p_key ->> 'agentId' and revoked_at is null for share;
  if not found then return false; end if;
  insert into agent_keys (workspace_id, id, agent_id, hash, scopes, created_by, expires_at)
    values (p_ws, p_key ->> 'id', p_key ->> 'agentId', p_key ->> 'hash', array(select jsonb_array_elements_text(p_key -> 'scopes')), p_key ->> 'createdBy', (p_key ->> 'expiresAt')::timestamptz);
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.agent_key_revoke(p_ws text, p_agent text, p_id text, p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update agent_keys set revoked_at = clock_timestamp() where workspace_id = p_ws and agent_id = p_agent and id = p_id and revoked_at is null;
  if not found then return false; end if;
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.agent_key_use(p_ws text, p_id text, p_hash text, p_per_second double precision, p_burst double precision)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  k record;
  tokens_left double precision;
  let_in boolean;
begin
  select a.agent_id, g.name, a.created_by, a.scopes, a.hash, a.expires_at,
      case when a.revoked_at is not null or g.revoked_at is not null then 'revoked' when coalesce(a.expires_at, 'infinity') <= clock_timestamp() then 'expired' else 'live' end as state
    into k from agent_keys a join agents g on g.workspace_id = a.workspace_id and g.id = a.agent_id where a.workspace_id = p_ws and a.id = p_id;
  if not found then return null; end if;
  if k.hash = p_hash and k.state = 'live' then
    select t.tokens_left, t.let_in into tokens_left, let_in from bucket_take(p_ws, p_id, p_per_second, p_burst) t;
  end if;
  return jsonb_build_object('agentId', k.agent_id, 'agentName', k.name, 'issuedBy', k.created_by, 'scopes', k.scopes, 'hash', k.hash,
    'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'state', k.state, 'tokens', tokens_left, 'passed', let_in);
end $function$;
CREATE OR REPLACE FUNCTION public.agent_list(p_ws text, p_owner text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(array_agg(r.agent_id order by r.rank), '{}') from agent_ranks r
    join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
    where r.workspace_id = p_ws and r.owner_id = p_owner
$function$;
CREATE OR REPLACE FUNCTION public.agent_list_close(p_ws text, p_owner text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_list constant text[] := agent_list(p_ws, p_owner);
begin
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(v_list) with ordinality as listed (a, n);
end $function$;
CREATE OR REPLACE FUNCTION public.agent_revoke(p_ws text, p_id text, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update agents set revoked_at = clock_timestamp() where workspace_id = p_ws and id = p_id and revoked_at is null;
  if found then perform log_append(p_ws, p_log); end if;
end $function$;
CREATE OR REPLACE FUNCTION public.agent_revoke_own(p_ws text, p_id text, p_by text, p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_owner text;
begin
  update agents set revoked_at = clock_timestamp()
    where workspace_id = p_ws and id = p_id and revoked_at is null and added_by is not null and (p_by is null or added_by = p_by);
  if not found then return false; end if;
  for v_owner in select owner_id from agent_ranks where workspace_id = p_ws and agent_id = p_id order by owner_id loop
    perform lock_head(p_ws, 'agent-list', v_owner);
    perform agent_list_close(p_ws, v_owner);
  end loop;
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.agents_rank(p_ws text, p_owner text, p_agents text[], p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_known int;
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  select count(*) into v_known from agents where workspace_id = p_ws and id = any (p_agents) and revoked_at is null;
  if v_known <> cardinality(p_agents) then return false; end if;
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(p_agents) with ordinality as listed (a, n);
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.agents_rank_seen(p_ws text, p_owner text, p_seen text[], p_agents text[], p_log jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  if agent_list(p_ws, p_owner) <> p_seen then return 'stale'; end if;
  return case when agents_rank(p_ws, p_owner, p_agents, p_log) then 'ranked' else 'unknown' end;
end $function$;
CREATE OR REPLACE FUNCTION public.availability_rules_put(p_ws text, p_user text, p_buffer integer, p_focus jsonb, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into availability_rules (workspace_id, user_id, buffer_minutes, focus_blocks) values (p_ws, p_user, p_buffer, p_focus)
    on conflict (workspace_id, user_id) do update set buffer_minutes = excluded.buffer_minutes, focus_blocks = excluded.focus_blocks;
  perform log_append(p_ws, p_log);
end $function$;
CREATE OR REPLACE FUNCTION public.bookable_calendars_begin()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare v_row record;
begin
  for v_row in select e.event from cached_events e
      join synced_calendars s on s.workspace_id = e.workspace_id and s.connection_id = e.connection_id and s.calendar_id = e.calendar_id
      where e.workspace_id = new.workspace_id and s.user_id = new.owner_id and e.ends_at > booking_clock() loop
    perform outside_event(new.workspace_id, event_key_of(v_row.event -> 'ref'), v_row.event);
  end loop;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_answer(p_ws text, p_question uuid, p_user text, p_choice text, p_log jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare q booking_questions; b bookings;
begin
  select * into q from booking_questions where workspace_id = p_ws and id = p_question and owner_id = p_user;
  if not found then return 'notFound'; end if;
  select * into b from bookings where workspace_id = p_ws and id = q.booking_id;
  perform lock_head(p_ws, 'slots', b.owner_id || '/' || b.calendar_id);
  update booking_questions set choice = p_choice, answered_at = booking_clock() where workspace_id = p_ws and id = p_question and choice is null;
  if not found then return 'superseded'; end if;
  perform log_append(p_ws, p_log);
  if p_choice = 'cancel' then
    perform booking_cancel(p_ws, jsonb_build_object('ownerId', b.owner_id, 'calendarId', b.calendar_id, 'bookingId', b.id, 'by', jsonb_build_object('kind', 'person', 'id', p_user)));
  end if;
  return 'answered';
end $function$;
CREATE OR REPLACE FUNCTION public.booking_ask(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return booking_decide(p_ws, p);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_ask_all(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare v_request jsonb; v_n bigint; v_answers jsonb[];
begin
  for v_request, v_n in select r, n from jsonb_array_elements(p) with ordinality as l (r, n) order by r ->> 'ownerId' || '/' || (r ->> 'calendarId'), n loop
    v_answers[v_n] := booking_decide(p_ws, v_request);
  end loop;
  return to_jsonb(v_answers);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_ask_person(p_ws text, c bookable_calendars, b bookings, p_about text, p_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_id uuid;
begin
  insert into booking_questions as q (workspace_id, id, owner_id, booking_id, about, event_key, starts_at, ends_at, asked_at)
    values (p_ws, gen_random_uuid(), c.owner_id, b.id, p_about, p_key, p_from, p_to, p_now)
    on conflict (workspace_id, booking_id, about, event_key) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, asked_at = excluded.asked_at, choice = null,
      answered_at = null where (q.starts_at, q.ends_at) is distinct from (excluded.starts_at, excluded.ends_at)
    returning q.id into v_id;
  if v_id is null then return; end if;
  perform booking_log(p_ws, c, 'system', 'outside', 'booking.asked', b.id::text, null, booking_slot(b.starts_at, b.ends_at)
    || jsonb_build_object('agentId', b.agent_id, 'priority', b.priority, 'questionId', v_id, 'about', p_about)
    || case when p_from is null then '{}' else jsonb_build_object('outside', booking_slot(p_from, p_to)) end);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_block(p_ws text, p_owner text, p_calendar text, p_source text, p_id text, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare c bookable_calendars; v_now timestamptz; v_met taken_slots[]; v_going taken_slots[]; v_ended jsonb; v_row text; b bookings;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner and k.id = p_calendar;
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  insert into outside_blocks (workspace_id, calendar_no, source, id, starts_at, ends_at) values (p_ws, c.no, p_source, p_id, p_from, p_to)
    on conflict (workspace_id, calendar_no, source, id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at;
  select array_agg(t order by t.starts_at), array_agg(t order by t.starts_at) filter (where t.kind = 'hold' or v_now < t.until),
      jsonb_build_object('evicted', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking' and v_now < t.until), '[]'),
        'displaced', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'hold'), '[]'),
        'frozen', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking' and v_now >= t.until), '[]'))
    into v_met, v_going, v_ended from taken_slots t
    where t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at > p_from - interval '24 hours' and t.starts_at < p_to and t.ends_at > p_from;
  if v_met is not null then
    v_row := booking_log(p_ws, c, 'system', 'outside', 'calendar.blocked', c.owner_id || '/' || c.id, null,
      booking_slot(p_from, p_to) || jsonb_build_object('source', p_source, 'pattern', 'external-event-overlap') || v_ended);
  end if;
  if v_going is not null then
    perform booking_evict(p_ws, c, v_going, v_now, 'system', 'outside', jsonb_build_object('kind', 'outside', 'slot', booking_slot(p_from, p_to)));
  end if;
  if p_source = 'event' then
    for b in select k.* from jsonb_array_elements_text(v_ended -> 'frozen') f join bookings k on k.workspace_id = p_ws and k.id = f::uuid order by k.starts_at loop
      perform booking_ask_person(p_ws, c, b, 'overlap', p_id, p_from, p_to, v_now);
    end loop;
  end if;
  return jsonb_build_object('kind', 'blocked', 'auditEventId', v_row) || v_ended;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_calendar_begin(p_ws text, p_id uuid, p_state text, p_attempt integer, p_wait_ms bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update bookings set calendar_attempt = p_attempt + 1, calendar_due_at = booking_clock() + p_wait_ms * interval '1 ms'
    where workspace_id = p_ws and id = p_id and state = p_state and calendar_attempt = p_attempt;
  return found;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_calendar_due(p_limit integer, p_every_ms bigint)
 RETURNS SETOF bookings
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  return query
    update bookings b set calendar_due_at = booking_clock() + p_every_ms * interval '1 ms'
    from (select d.workspace_id, d.id from bookings d where d.calendar_due_at <= booking_clock() order by d.calendar_due_at limit p_limit for update skip locked) due
    where b.workspace_id = due.workspace_id and b.id = due.id returning b.*;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_calendar_orders()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    select case when k.write_at_once then new.committed_at else new.bump_until end into new.calendar_due_at from bookable_calendars k
      where k.workspace_id = new.workspace_id and k.owner_id = new.owner_id and k.id = new.calendar_id;
  elsif new.state <> 'live' and old.state = 'live' then
    -- what nobody has begun to write leaves nothing to take away
    new.calendar_due_at := case when new.calendar_attempt > 0 then new.ended_at end;
  end if;
  return new;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_calendar_rest(p_ws text, p_id uuid, p_state text, p_attempt integer, p_event_state text, p_wait_ms bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update bookings b set calendar_due_at = booking_clock() + p_wait_ms * interval '1 ms'
    where b.workspace_id = p_ws and b.id = p_id and b.state = p_state and b.calendar_attempt = p_attempt
      and p_event_state is not distinct from (select e.state from booking_events e where e.workspace_id = p_ws and e.booking_id = p_id order by e.state desc limit 1);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_cancel(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare c bookable_calendars; v_now timestamptz; v_b bookings; v_row text;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  select * into v_b from bookings b where b.workspace_id = p_ws and b.id = (p ->> 'bookingId')::uuid and b.owner_id = c.owner_id and b.calendar_id = c.id
    and p #>> '{by,id}' = case p #>> '{by,kind}' when 'agent' then b.agent_id else b.owner_id end;
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'booking'); end if;
  if v_b.state <> 'live' then return jsonb_build_object('kind', 'ended', 'booking', booking_view(v_b)); end if;
  delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = v_b.id;
  update bookings set state = 'cancelled', ended_at = v_now, ended_by = p -> 'by' where workspace_id = p_ws and id = v_b.id returning * into v_b;
  v_row := booking_log(p_ws, c, p #>> '{by,kind}', p #>> '{by,id}', 'booking.cancelled', v_b.id::text, null,
    booking_slot(v_b.starts_at, v_b.ends_at) || jsonb_build_object('priority', v_b.priority, 'agentId', v_b.agent_id, 'by', p -> 'by'));
  return jsonb_build_object('kind', 'cancelled', 'booking', booking_view(v_b), 'auditEventId', v_row);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_clock()
 RETURNS timestamp with time zone
 LANGUAGE sql
AS $function$ select date_trunc('milliseconds', clock_timestamp()) $function$;
CREATE OR REPLACE FUNCTION public.booking_close_calendar(p_ws text, p_owner text, p_calendar text, p_log jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'slots', p_owner || '/' || p_calendar);
  update bookable_calendars set closed_at = clock_timestamp() where workspace_id = p_ws and owner_id = p_owner and id = p_calendar and closed_at is null;
  if not found then return false; end if;
  perform log_append(p_ws, p_log);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_decide(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare v_asker text; v_known idempotency_keys; v_answer jsonb;
begin
  if p ->> 'key' is not null then
    v_asker := (p #>> '{by,kind}') || '/' || (p #>> '{by,id}');
    if not pg_try_advisory_xact_lock(hashtextextended(p_ws || chr(10) || v_asker || chr(10) || (p ->> 'key'), 0)) then
      return jsonb_build_object('kind', 'stillRunning');
    end if;
    select * into v_known from idempotency_keys k where k.workspace_id = p_ws and k.asker = v_asker and k.key = p ->> 'key';
    if found and v_known.created_at <= booking_clock() - interval '24 hours' then
      -- forgotten, though still there
      delete from idempotency_keys k where k.workspace_id = p_ws and k.asker = v_asker and k.key = p ->> 'key';
    elsif found then
      if v_known.digest <> p ->> 'digest' then return jsonb_build_object('kind', 'keyReused'); end if;
      return jsonb_build_object('kind', 'answered', 'replayed', true, 'answer', v_known.reply);
    end if;
  end if;
  v_answer := case p ->> 'op' when 'release' then booking_release(p_ws, p) when 'cancel' then booking_cancel(p_ws, p) else booking_take(p_ws, p) end;
  -- what may be tried again is not kept
  if v_asker is not null and v_answer ->> 'kind' <> 'limited' then
    insert into idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, v_asker, p ->> 'key', p ->> 'digest', v_answer, booking_clock());
  end if;
  return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', v_answer);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_event_gone(p_ws text, p_key text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare e booking_events; b bookings;
begin
  update booking_events set state = 'removed' where workspace_id = p_ws and event_key = p_key and state = 'stands' returning * into e;
  if not found then return; end if;
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  if b.ends_at <= booking_clock() then return; end if;
  perform booking_cancel(p_ws, jsonb_build_object('ownerId', b.owner_id, 'calendarId', b.calendar_id, 'bookingId', b.id, 'by', jsonb_build_object('kind', 'person', 'id', b.owner_id)));
end $function$;
CREATE OR REPLACE FUNCTION public.booking_event_kept(p_ws text, p_key text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare e booking_events;
begin
  update booking_events set state = 'kept' where workspace_id = p_ws and event_key = p_key and state = 'stands' returning * into e;
  if found then perform outside_event(p_ws, p_key, e.event); end if;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_event_seen(p_ws text, p_key text, p_event jsonb, p_version text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare e booking_events; b bookings; c bookable_calendars; v_timed boolean := p_event #>> '{start,kind}' = 'timed';
begin
  select * into e from booking_events where workspace_id = p_ws and event_key = p_key and state = 'stands';
  if not found then return; end if;
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = b.owner_id and k.id = b.calendar_id;
  if not found then return; end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  if b.state <> 'live' then return; end if;
  perform booking_follow(p_ws, c, b, p_key, case when v_timed then (p_event #>> '{start,at}')::timestamptz end, case when v_timed then (p_event #>> '{end,at}')::timestamptz end);
  update booking_events set version = p_version, event = event || jsonb_build_object('start', p_event -> 'start', 'end', p_event -> 'end')
    where workspace_id = p_ws and event_key = p_key;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_evict(p_ws text, c bookable_calendars, p_going taken_slots[], p_now timestamp with time zone, p_actor_kind text, p_actor text, p_by jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare t taken_slots; v_committed timestamptz;
begin
  foreach t in array p_going loop
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = t.starts_at and id = t.id;
    if t.kind = 'hold' then
      update holds set state = 'displaced', ended_at = p_now, ended_by = p_by where workspace_id = p_ws and id = t.id;
    else
      update bookings set state = 'evicted', ended_at = p_now, ended_by = p_by where workspace_id = p_ws and id = t.id returning committed_at into v_committed;
    end if;
    perform booking_log(p_ws, c, p_actor_kind, p_actor, case t.kind when 'hold' then 'hold.invalidated' else 'booking.evicted' end, t.id::text, null,
      booking_slot(t.starts_at, t.ends_at) || jsonb_build_object('agentId', t.agent_id, 'priority', t.priority, 'by', p_by)
      || case t.kind when 'hold' then jsonb_build_object('expiresAt', booking_instant(t.until))
        else jsonb_build_object('committedAt', booking_instant(v_committed), 'bumpUntil', booking_instant(t.until)) end);
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_expire(p_ws text, c bookable_calendars, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare v_h holds; v_count int := 0;
begin
  for v_h in select h.* from taken_slots t join holds h on h.workspace_id = t.workspace_id and h.id = t.id
      where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= p_now order by h.expires_at, h.id loop
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = v_h.starts_at;
    update holds set state = 'expired', ended_at = expires_at where workspace_id = p_ws and id = v_h.id;
    perform booking_log(p_ws, c, 'system', 'clock', 'hold.expired', v_h.id::text, null,
      booking_slot(v_h.starts_at, v_h.ends_at) || jsonb_build_object('priority', v_h.priority, 'agentId', v_h.agent_id));
    v_count := v_count + 1;
  end loop;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_expire_due(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare c bookable_calendars; v_count int := 0;
begin
  for c in select k.* from bookable_calendars k where k.no in (select t.calendar_no from taken_slots t where t.kind = 'hold' and t.until <= booking_clock() limit p_limit)
      order by k.workspace_id, k.owner_id || '/' || k.id loop
    perform lock_head(c.workspace_id, 'slots', c.owner_id || '/' || c.id);
    v_count := v_count + booking_expire(c.workspace_id, c, booking_clock());
  end loop;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_follow(p_ws text, c bookable_calendars, b bookings, p_key text, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_now timestamptz; v_from timestamptz; v_to timestamptz; v_met taken_slots[]; v_stays boolean; v_facts jsonb;
begin
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  v_from := date_bin('5 minutes', p_from, 'epoch');
  v_to := date_bin('5 minutes', p_to + interval '5 minutes' - interval '1 microsecond', 'epoch');
  if (v_from, v_to) is not distinct from (b.starts_at, b.ends_at) then
    delete from booking_questions where workspace_id = p_ws and booking_id = b.id and about = 'moved' and event_key = p_key and choice is null;
    return;
  end if;
  v_stays := v_from is null or v_to <= v_from or v_to > v_from + interval '24 hours'
    or exists (select from outside_blocks o where o.workspace_id = p_ws and o.calendar_no = c.no and tstzrange(o.starts_at, o.ends_at) && tstzrange(v_from, v_to))
    or exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.id <> b.id and t.kind = 'booking' and t.until <= v_now
      and t.starts_at < v_to and t.ends_at > v_from);
  if v_stays then
    perform booking_ask_person(p_ws, c, b, 'moved', p_key, p_from, p_to, v_now);
    return;
  end if;
  select array_agg(t order by t.starts_at) into v_met from taken_slots t
    where t.workspace_id = p_ws and t.calendar_no = c.no and t.id <> b.id and t.starts_at > v_from - interval '24 hours' and t.starts_at < v_to and t.ends_at > v_from;
  v_facts := booking_slot(v_from, v_to) || jsonb_build_object('was', booking_slot(b.starts_at, b.ends_at), 'agentId', b.agent_id, 'priority', b.priority);
  perform booking_log(p_ws, c, 'person', c.owner_id, 'booking.moved', b.id::text, null, v_facts);
  if v_met is not null then
    perform booking_evict(p_ws, c, v_met, v_now, 'person', c.owner_id, jsonb_build_object('kind', 'outside', 'slot', booking_slot(v_from, v_to)));
  end if;
  update taken_slots set starts_at = v_from, ends_at = v_to where workspace_id = p_ws and calendar_no = c.no and id = b.id;
  update bookings set starts_at = v_from, ends_at = v_to where workspace_id = p_ws and id = b.id;
  delete from booking_questions where workspace_id = p_ws and booking_id = b.id and about = 'moved' and event_key = p_key and choice is null;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_forget_keys(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_count int;
begin
  delete from idempotency_keys where ctid in (select ctid from idempotency_keys where created_at <= booking_clock() - interval '24 hours' limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_hold_view(h holds)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('id', h.id, 'ownerId', h.owner_id, 'calendarId', h.calendar_id, 'agentId', h.agent_id, 'priority', h.priority,
    'slot', booking_slot(h.starts_at, h.ends_at), 'createdAt', booking_instant(h.created_at), 'expiresAt', booking_instant(h.expires_at),
    'state', h.state, 'endedAt', booking_instant(h.ended_at), 'endedBy', h.ended_by)
$function$;
CREATE OR REPLACE FUNCTION public.booking_instant(p timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select to_char(p at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$function$;
CREATE OR REPLACE FUNCTION public.booking_lock_all(p_ws text, p_owner text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_id text;
begin
  for v_id in select k.owner_id || '/' || k.id from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner order by 1 loop
    perform lock_head(p_ws, 'slots', v_id);
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_log(p_ws text, c bookable_calendars, p_actor_kind text, p_actor text, p_kind text, p_subject text, p_outcome text, p_body jsonb)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  return log_insert(p_ws, p_actor_kind, p_actor, p_kind, split_part(p_kind, '.', 1), p_subject, c.owner_id, null, null, p_outcome,
    p_body || jsonb_build_object('calendarId', c.id));
end $function$;
CREATE OR REPLACE FUNCTION public.booking_of_proposal(p_id text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when p_id ~ '^booking\.[0-9a-f-]{36}\.[0-9]+$' then split_part(p_id, '.', 2)::uuid end
$function$;
CREATE OR REPLACE FUNCTION public.booking_put_calendar(p_ws text, p_owner text, p_calendar text, p_name text, p_hold_ms integer, p_bump_ms integer, p_max_holds integer, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values (p_ws, p_owner, p_calendar, p_name, p_hold_ms, p_bump_ms, p_max_holds)
    on conflict (workspace_id, owner_id, id) do update
      set name = excluded.name, hold_ms = excluded.hold_ms, bump_ms = excluded.bump_ms, max_holds = excluded.max_holds, closed_at = null;
  perform log_append(p_ws, p_log);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_release(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare c bookable_calendars; v_now timestamptz; v_h holds; v_row text;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  select * into v_h from holds h
    where h.workspace_id = p_ws and h.id = (p ->> 'holdId')::uuid and h.owner_id = c.owner_id and h.calendar_id = c.id and h.agent_id = p #>> '{by,id}';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'hold'); end if;
  if v_h.state <> 'live' then return jsonb_build_object('kind', 'ended', 'hold', booking_hold_view(v_h)); end if;
  delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = v_h.id;
  update holds set state = 'released', ended_at = v_now, ended_by = p -> 'by' where workspace_id = p_ws and id = v_h.id returning * into v_h;
  v_row := booking_log(p_ws, c, 'agent', v_h.agent_id, 'hold.released', v_h.id::text, null,
    booking_slot(v_h.starts_at, v_h.ends_at) || jsonb_build_object('priority', v_h.priority));
  return jsonb_build_object('kind', 'released', 'hold', booking_hold_view(v_h), 'auditEventId', v_row);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_reserve(p_ws text, p jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_to jsonb := coalesce(p #> '{change,patch}', p #> '{change,draft}'); v_from timestamptz; v_end timestamptz; k bookable_calendars;
begin
  if p #>> '{change,kind}' not in ('create', 'update') or not (v_to ? 'start' or v_to ? 'end') or p #>> '{base,shape}' = 'series' or not (p #>> '{base,busy}')::boolean
    or booking_of_proposal(p ->> 'proposalId') is not null
    or exists (select from booking_events e where e.workspace_id = p_ws and e.event_key = p ->> 'eventKey' and e.state = 'stands') then return; end if;
  v_from := coalesce(v_to -> 'start', p #> '{base,start}') ->> 'at';
  v_end := coalesce(v_to -> 'end', p #> '{base,end}') ->> 'at';
  if v_from is null or v_end is null or v_end <= v_from then return; end if;
  perform booking_lock_all(p_ws, p ->> 'userId');
  for k in select b.* from bookable_calendars b where b.workspace_id = p_ws and b.owner_id = p ->> 'userId' order by b.owner_id || '/' || b.id loop
    perform booking_block(p_ws, k.owner_id, k.id, 'intent', p ->> 'id', v_from, v_end);
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_slot(p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('start', booking_instant(p_from), 'end', booking_instant(p_to))
$function$;
CREATE OR REPLACE FUNCTION public.booking_take(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_commits constant boolean := p ->> 'op' = 'commit';
  v_agent constant text := p #>> '{by,id}';
  v_hold_id constant uuid := p ->> 'holdId';
  v_from timestamptz := p ->> 'start';
  v_to timestamptz := p ->> 'end';
  c bookable_calendars; v_mine int; v_now timestamptz; v_until timestamptz; v_h holds; v_b bookings; v_met taken_slots[]; v_going taken_slots[];
  v_winner jsonb; v_during jsonb; v_outside jsonb; v_pattern text; v_retry timestamptz; v_reason text; v_live int;
  v_refused text; v_reply jsonb; v_facts jsonb; v_body jsonb; v_closed boolean; v_due boolean; v_expired int := 0; v_evicted jsonb := '[]'; v_displaced jsonb := '[]'; v_row text;
begin
  v_reason := case when date_bin('5 minutes', v_from, 'epoch') <> v_from or date_bin('5 minutes', v_to, 'epoch') <> v_to then 'unaligned'
    when v_to <= v_from then 'empty' when v_to > v_from + interval '24 hours' then 'too-long' end;
  if v_reason is not null then return jsonb_build_object('kind', 'invalid', 'reason', v_reason); end if;
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  select r.rank into v_mine from agent_ranks r join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
    where r.workspace_id = p_ws and r.owner_id = p ->> 'ownerId' and r.agent_id = v_agent;
  if c.no is null or v_mine is null then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;

  begin
    -- agents before calendars: whoever holds one of each took them in this order
    if not v_commits then perform lock_head(p_ws, 'agent-holds', v_agent); end if;
    perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
    v_now := booking_clock();
    -- one look at all that the rule goes by, under the lock: whoever closed the calendar before has the last word. What has run out goes first, and then it is looked at anew.
    for v_look in 1..2 loop
      if v_hold_id is not null then
        select * into v_h from holds h where h.workspace_id = p_ws and h.id = v_hold_id and h.owner_id = c.owner_id and h.calendar_id = c.id and h.agent_id = v_agent;
        v_from := v_h.starts_at; v_to := v_h.ends_at;
      end if;
      select k.closed_at is not null,
          exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= v_now),
          (select booking_slot(b.starts_at, b.ends_at) from outside_blocks b
            where b.workspace_id = p_ws and b.calendar_no = c.no and tstzrange(b.starts_at, b.ends_at) && tstzrange(v_from, v_to) order by b.starts_at, b.ends_at limit 1),
          (select array_agg(t order by t.starts_at) from taken_slots t
            where t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at > v_from - interval '24 hours' and t.starts_at < v_to and t.ends_at > v_from)
        into v_closed, v_due, v_outside, v_met from bookable_calendars k where k.no = c.no;
      exit when v_closed or not v_due or v_look = 2;
      v_expired := booking_expire(p_ws, c, v_now);
    end loop;
    if v_closed then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
    if v_hold_id is not null and v_h.id is null then return jsonb_build_object('kind', 'notFound', 'what', 'hold'); end if;
    if v_from + interval '5 minutes' <= v_now then return jsonb_build_object('kind', 'invalid', 'reason', 'past'); end if;
    v_facts := booking_slot(v_from, v_to) || jsonb_build_object('priority', v_mine);
    if v_hold_id is not null then v_facts := v_facts || jsonb_build_object('holdId', v_hold_id); end if;

    -- what stops it before anybody is met: a hold that is over (D22), or holding too much
    if v_h.state <> 'live' then
      if v_h.ended_by ->> 'kind' = 'outside' then v_during := v_h.ended_by -> 'slot';
      elsif v_h.state = 'displaced' then
        v_winner := v_h.ended_by;
        v_pattern := case v_winner ->> 'kind' when 'hold' then 'hold-vs-hold' else 'hold-vs-commit-inside-bump' end;
      else
        v_refused := 'booking.refused';
        v_reply := jsonb_build_object('kind', 'expired', 'how', case v_h.state when 'expired' then 'ttl' else v_h.state end);
        v_body := jsonb_build_object('how', v_reply -> 'how');
      end if;
    elsif not v_commits then
      select max(coalesce(h.ended_at, h.expires_at) + c.hold_ms * interval '1 ms') into v_retry from holds h
        where h.workspace_id = p_ws and h.agent_id = v_agent and h.expires_at > v_now - c.hold_ms * interval '1 ms' and h.owner_id = c.owner_id and h.calendar_id = c.id
          and h.state in ('live', 'released', 'expired') and h.starts_at < v_to and h.ends_at > v_from;
      if v_retry > v_now then v_reason := 'held-before';
      else
        select count(*), min(h.expires_at) into v_live, v_retry from holds h
          where h.workspace_id = p_ws and h.agent_id = v_agent and h.expires_at > v_now and h.state = 'live';
        if v_live >= c.max_holds then v_reason := 'too-many-holds'; end if;
      end if;
      if v_reason is not null then
        v_refused := 'hold.refused';
        v_body := jsonb_build_object('reason', v_reason, 'retryAt', booking_instant(v_retry));
        v_reply := v_body || '{"kind": "limited"}';
      end if;
    end if;

    -- who is met, and who of them stays
    if v_refused is null and v_winner is null and v_during is null then
      v_during := v_outside;
      if v_during is null and v_met is not null then
        with met as (
          select t, t.kind = 'booking' or t.agent_id <> v_agent as is_met,
            case
              when t.kind = 'booking' then not (v_commits and t.priority > v_mine and v_now < t.until)
              when v_commits then t.agent_id <> v_agent and t.priority < v_mine
              else t.priority <= v_mine end as stays
          from unnest(v_met) t)
        select (select booking_winner(s.t) from met s where s.stays order by (s.t).priority, (s.t).starts_at limit 1),
            case when bool_or((m.t).kind = 'booking' and (m.t).until <= v_now) then 'commit-vs-frozen'
              when bool_or((m.t).kind = 'booking') or v_commits and bool_or(m.is_met) then 'hold-vs-commit-inside-bump' when bool_or(m.is_met) then 'hold-vs-hold' end
          into v_winner, v_pattern from met m;
      end if;
    end if;

    -- one that stays stops everything
    if v_during is not null then
      v_refused := case when v_commits then 'booking.refused' else 'hold.refused' end;
      v_body := jsonb_build_object('during', v_during, 'pattern', 'external-event-overlap');
      v_reply := v_body || '{"kind": "busy"}';
    elsif v_winner is not null then
      v_refused := case when v_commits then 'booking.outranked' else 'hold.refused' end;
      v_body := jsonb_build_object('winner', v_winner, 'pattern', v_pattern);
      v_reply := v_body || jsonb_build_object('kind', 'outranked', 'yourPriority', v_mine);
    end if;
    -- nothing was changed, so nothing has to be guarded any longer
    if v_refused is not null and v_expired = 0 then raise exception sqlstate 'IF409'; end if;
  exception when sqlstate 'IF409' then null;
  end;
  if v_refused is not null then
    v_row := booking_log(p_ws, c, 'agent', v_agent, v_refused, p ->> 'id', v_reply ->> 'kind', v_facts || v_body);
    return v_reply || jsonb_build_object('auditEventId', v_row);
  end if;

  -- it is free, or will be: the own hold is used, the others go
  v_until := v_now + (case when v_commits then c.bump_ms else c.hold_ms end) * interval '1 ms';
  v_winner := jsonb_build_object('kind', case when v_commits then 'booking' else 'hold' end, 'id', p ->> 'id', 'agentId', v_agent, 'priority', v_mine, 'slot', booking_slot(v_from, v_to));
  if v_met is not null then
    select array_agg(t order by t.starts_at), coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking'), '[]'),
        coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'hold'), '[]')
      into v_going, v_evicted, v_displaced from unnest(v_met) t where t.id is distinct from v_hold_id;
  end if;
  v_facts := v_facts || jsonb_strip_nulls(jsonb_build_object('displaced', v_displaced, 'pattern', v_pattern));
  if v_commits then
    v_row := booking_log(p_ws, c, 'agent', v_agent, 'booking.committed', p ->> 'id', null,
      v_facts || jsonb_build_object('bumpUntil', booking_instant(v_until), 'evicted', v_evicted));
  else
    v_row := booking_log(p_ws, c, 'agent', v_agent, 'hold.created', p ->> 'id', null, v_facts || jsonb_build_object('expiresAt', booking_instant(v_until)));
  end if;
  if v_hold_id is not null then
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = v_from and id = v_hold_id;
    update holds set state = 'used', ended_at = v_now, ended_by = v_winner where workspace_id = p_ws and id = v_hold_id;
  end if;
  if v_going is not null then perform booking_evict(p_ws, c, v_going, v_now, 'agent', v_agent, v_winner); end if;
  insert into taken_slots (workspace_id, calendar_no, starts_at, ends_at, kind, id, agent_id, priority, until)
    values (p_ws, c.no, v_from, v_to, v_winner ->> 'kind', (p ->> 'id')::uuid, v_agent, v_mine, v_until);
  if v_commits then
    insert into bookings (workspace_id, id, owner_id, calendar_id, agent_id, priority, starts_at, ends_at, title, committed_at, bump_until)
      values (p_ws, (p ->> 'id')::uuid, c.owner_id, c.id, v_agent, v_mine, v_from, v_to, p ->> 'title', v_now, v_until) returning * into v_b;
    return jsonb_build_object('kind', 'committed', 'booking', booking_view(v_b), 'evicted', v_evicted, 'displaced', v_displaced, 'auditEventId', v_row);
  end if;
  insert into holds (workspace_id, id, owner_id, calendar_id, agent_id, priority, starts_at, ends_at, created_at, expires_at)
    values (p_ws, (p ->> 'id')::uuid, c.owner_id, c.id, v_agent, v_mine, v_from, v_to, v_now, v_until) returning * into v_h;
  return jsonb_build_object('kind', 'held', 'hold', booking_hold_view(v_h), 'displaced', v_displaced, 'auditEventId', v_row);
end $function$;
CREATE OR REPLACE FUNCTION public.booking_unblock(p_ws text, p_owner text, p_calendar text, p_source text, p_id text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'slots', p_owner || '/' || p_calendar);
  delete from outside_blocks b using bookable_calendars k
    where k.workspace_id = p_ws and k.owner_id = p_owner and k.id = p_calendar and b.workspace_id = p_ws and b.calendar_no = k.no and b.source = p_source and b.id = p_id;
end $function$;
CREATE OR REPLACE FUNCTION public.booking_view(b bookings)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('id', b.id, 'ownerId', b.owner_id, 'calendarId', b.calendar_id, 'agentId', b.agent_id, 'priority', b.priority,
    'slot', booking_slot(b.starts_at, b.ends_at), 'title', b.title, 'committedAt', booking_instant(b.committed_at), 'bumpUntil', booking_instant(b.bump_until),
    'state', b.state, 'endedAt', booking_instant(b.ended_at), 'endedBy', b.ended_by)
$function$;
CREATE OR REPLACE FUNCTION public.booking_winner(t taken_slots)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('kind', t.kind, 'id', t.id, 'agentId', t.agent_id, 'priority', t.priority, 'slot', booking_slot(t.starts_at, t.ends_at))
$function$;
CREATE OR REPLACE FUNCTION public.booking_write_at_once(p_ws text, p_owner text, p_calendar text, p_at_once boolean, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update bookable_calendars set write_at_once = p_at_once where workspace_id = p_ws and owner_id = p_owner and id = p_calendar and write_at_once <> p_at_once;
  if found then perform log_append(p_ws, p_log); end if;
end $function$;
CREATE OR REPLACE FUNCTION public.bucket_take(p_ws text, p_id text, p_per_second double precision, p_burst double precision, OUT tokens_left double precision, OUT let_in boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into token_buckets as b (workspace_id, id, tokens, passed, at) values (p_ws, p_id, p_burst - 1, true, clock_timestamp())
    on conflict (workspace_id, id) do update set
      passed = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1,
      tokens = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at)))
        - case when least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1 then 1 else 0 end,
      at = greatest(b.at, excluded.at)
    returning b.tokens, b.passed into tokens_left, let_in;
end $function$;
CREATE OR REPLACE FUNCTION public.cached_events_block()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare v_row record;
begin
  for v_row in select n.workspace_id, n.event from now_cached n order by n.starts_at loop
    perform outside_event(v_row.workspace_id, event_key_of(v_row.event -> 'ref'), v_row.event);
  end loop;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.cached_events_unblock()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from outside_blocks o using was_cached w
    where o.workspace_id = w.workspace_id and o.source = 'event' and o.id = event_key_of(w.event -> 'ref');
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.channel_closed(p_ws text, p_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  delete from sync_channels where workspace_id = p_ws and id = p_id
$function$;
CREATE OR REPLACE FUNCTION public.channel_opened(p_ws text, p_id uuid, p_channel text, p_resource text, p_expires timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update sync_channels set channel_id = p_channel, resource_id = p_resource, expires_at = p_expires where workspace_id = p_ws and id = p_id;
  return found;
end $function$;
CREATE OR REPLACE FUNCTION public.channel_opening(p_ws text, p_id uuid, p_connection text, p_calendar text, p_token_hash text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  insert into sync_channels (workspace_id, id, connection_id, calendar_id, token_hash) values (p_ws, p_id, p_connection, p_calendar, p_token_hash)
$function$;
CREATE OR REPLACE FUNCTION public.conflict_answer(p_ws text, p_case uuid, p_user text, p_choice text, p_next jsonb, p_log jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_c conflicts; v_now timestamptz; v_approval uuid; v_found text;
begin
  perform lock_head(p_ws, 'conflict', p_case::text);
  v_now := clock_timestamp();
  select * into v_c from conflicts where workspace_id = p_ws and id = p_case;
  if not found or v_c.user_id <> p_user then return jsonb_build_object('kind', 'forbidden', 'reason', 'not-yours'); end if;
  if v_c.answered_at is not null then
    perform log_append(p_ws, p_log || jsonb_build_object('outcome', 'superseded'));
    return jsonb_build_object('kind', 'superseded', 'choice', v_c.choice);
  end if;
  update conflicts set choice = p_choice, answered_at = v_now where workspace_id = p_ws and id = p_case;
  if p_next is null then
    update proposal_operations set state = 'kept' where workspace_id = p_ws and proposal_id = v_c.proposal_id and position = v_c.position;
    update proposals set state = 'stopped' where workspace_id = p_ws and id = v_c.proposal_id;
  else
    v_approval := gen_random_uuid();
    insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
      values (p_ws, v_approval, v_c.proposal_id, v_c.position, p_user, p_next ->> 'planHash', p_next ->> 'baseVersion', p_next ->> 'careDigest',
        v_now + (p_next ->> 'ttlMs')::bigint * interval '1 ms');
    update proposal_operations set state = 'pending', base = p_next -> 'base', base_version = p_next ->> 'baseVersion', care_digest = p_next ->> 'careDigest',
        change = p_next -> 'change', slot = p_next -> 'slot'
      where workspace_id = p_ws and proposal_id = v_c.proposal_id and position = v_c.position;
    update proposals set state = 'applying' where workspace_id = p_ws and id = v_c.proposal_id;
  end if;
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', 'answered'));
  return jsonb_strip_nulls(jsonb_build_object('kind', 'answered', 'approvalId', v_approval));
end $function$;
CREATE OR REPLACE FUNCTION public.conflict_open(p_ws text, p_proposal text, p_position integer, p_case jsonb, p_outcome jsonb, p_logs jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  update proposal_operations set state = 'conflict', outcome = p_outcome
    where workspace_id = p_ws and proposal_id = p_proposal and position = p_position;
  update proposals set state = 'conflict' where workspace_id = p_ws and id = p_proposal;
  insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
    select p_ws, (p_case ->> 'id')::uuid, p_proposal, p_position, user_id, p_case -> 'body' from proposals where workspace_id = p_ws and id = p_proposal;
  perform log_append_all(p_ws, p_logs);
end $function$;
CREATE OR REPLACE FUNCTION public.event_is_bookings(p_ws text, p_key text, p_event jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from booking_events e where e.workspace_id = p_ws and e.event_key = p_key and e.state = 'stands')
    or exists (select from intents i where i.workspace_id = p_ws
      and i.id = case when p_event ->> 'marker' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (p_event ->> 'marker')::uuid end
      and booking_of_proposal(i.proposal_id) is not null
      and not exists (select from booking_events e where e.workspace_id = p_ws and e.booking_id = booking_of_proposal(i.proposal_id)))
$function$;
CREATE OR REPLACE FUNCTION public.event_key_of(p_ref jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select event_key_part(p_ref ->> 'connectionId') || '/' || event_key_part(p_ref ->> 'calendarId') || '/' || event_key_part(p_ref ->> 'eventId')
$function$;
CREATE OR REPLACE FUNCTION public.event_key_part(p text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(string_agg(case when c ~ '^[A-Za-z0-9_.!~*''()-]$' then c
    else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by n), '')
  from regexp_split_to_table(p, '') with ordinality as part (c, n)
$function$;
CREATE OR REPLACE FUNCTION public.event_takes_time(p_event jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select (p_event ->> 'busy')::boolean and p_event ->> 'status' <> 'cancelled' and p_event #>> '{start,kind}' = 'timed' and p_event ->> 'shape' <> 'series'
    and p_event ->> 'unmovable' is distinct from 'read-only-calendar'
$function$;
CREATE OR REPLACE FUNCTION public.head_claim(p_ws text, p_kind text, p_id text, p_lease_ms bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_now timestamptz; v_claim uuid;
begin
  if p_kind not in ('tokens') then raise exception 'a head of kind % is not claimed', p_kind using errcode = '22023'; end if;
  select * into v_head from lock_head(p_ws, p_kind, p_id);
  v_now := clock_timestamp();
  if v_head.claim_id is not null and v_head.lease_until > v_now then
    return jsonb_build_object('kind', 'taken', 'forMs', ceil(extract(epoch from v_head.lease_until - v_now) * 1000));
  end if;
  v_claim := gen_random_uuid();
  update heads set claim_id = v_claim, epoch = epoch + 1, lease_until = v_now + p_lease_ms * interval '1 ms'
    where workspace_id = p_ws and kind = p_kind and id = p_id;
  return jsonb_build_object('kind', 'claimed', 'claimId', v_claim);
end $function$;
CREATE OR REPLACE FUNCTION public.head_release(p_ws text, p_kind text, p_id text, p_claim uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads;
begin
  select * into v_head from lock_head(p_ws, p_kind, p_id);
  if v_head.lease_until is null or v_head.claim_id is distinct from p_claim then return false; end if;
  update heads set claim_id = null, epoch = epoch + 1, lease_until = null where workspace_id = p_ws and kind = p_kind and id = p_id;
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.idempotency_known(p_ws text, p_asker text, p_key text, p_digest text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare k idempotency_keys;
begin
  if not pg_try_advisory_xact_lock(hashtextextended(p_ws || chr(10) || p_asker || chr(10) || p_key, 0)) then return jsonb_build_object('kind', 'stillRunning'); end if;
  select * into k from idempotency_keys i
    where i.workspace_id = p_ws and i.asker = p_asker and i.key = p_key and i.created_at > clock_timestamp() - interval '24 hours';
  if not found then return null; end if;
  if k.digest <> p_digest then return jsonb_build_object('kind', 'keyReused'); end if;
  return jsonb_build_object('kind', 'answered', 'replayed', true, 'answer', k.reply);
end $function$;
CREATE OR REPLACE FUNCTION public.intent_correct(p_ws text, p_id uuid, p_correction jsonb, p_operation jsonb, p_log jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_i intents;
begin
  perform lock_head(p_ws, 'intent', p_id::text);
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if not found or v_i.state <> 'DONE' or v_i.correction is not null or v_i.outcome ->> 'kind' = 'applied' then return 'superseded'; end if;
  update intents set correction = p_correction where workspace_id = p_ws and id = p_id;
  update proposal_operations set state = 'applied', outcome = p_correction, after = p_operation -> 'after', after_version = p_operation ->> 'afterVersion'
    where workspace_id = p_ws and proposal_id = v_i.proposal_id and position = v_i.position and state = 'failed';
  perform log_append(p_ws, p_log);
  return 'corrected';
end $function$;
CREATE OR REPLACE FUNCTION public.intent_defer(p_ws text, p_id uuid, p_claim uuid, p_wait_ms bigint)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_now timestamptz;
begin
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  if v_head.claim_id is distinct from p_claim then return 'superseded'; end if;
  update intents set look_again_at = v_now + p_wait_ms * interval '1 ms', lease_until = v_now + p_wait_ms * interval '1 ms'
    where workspace_id = p_ws and id = p_id and state = 'SENT';
  return 'deferred';
end $function$;
CREATE OR REPLACE FUNCTION public.intent_finish(p_ws text, p_id uuid, p_claim uuid, p_outcome jsonb, p_version text, p_operation jsonb, p_case jsonb, p_proposal_state text, p_logs jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_i intents; v_now timestamptz;
begin
  -- which event: immutable on the row, so it may be read before the lock
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if not found then return 'superseded'; end if;
  perform lock_head(p_ws, 'event', v_i.event_key);
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if v_head.claim_id is distinct from p_claim or v_i.state = 'DONE' then return 'superseded'; end if;
  update intents set state = 'DONE', finished_at = v_now, outcome = p_outcome where workspace_id = p_ws and id = p_id;
  update heads set version = p_outcome ->> 'kind', claim_id = null, epoch = epoch + 1 where workspace_id = p_ws and kind = 'intent' and id = p_id::text;
  if p_version is not null then
    update heads set version = p_version where workspace_id = p_ws and kind = 'event' and id = v_i.event_key;
  end if;
  update proposal_operations set state = coalesce(p_operation ->> 'state', state), outcome = p_outcome,
      after = coalesce(p_operation -> 'after', after), after_version = coalesce(p_operation ->> 'afterVersion', after_version)
    where workspace_id = p_ws and proposal_id = v_i.proposal_id and position = v_i.position;
  if p_case is not null then
    insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
      values (p_ws, (p_case ->> 'id')::uuid, v_i.proposal_id, v_i.position, v_i.user_id, p_case -> 'body');
  end if;
  if p_proposal_state is not null then
    update proposals set state = p_proposal_state where workspace_id = p_ws and id = v_i.proposal_id;
  end if;
  perform log_append_all(p_ws, p_logs);
  return 'finished';
end $function$;
CREATE OR REPLACE FUNCTION public.intent_prepare(p_ws text, p jsonb, p_log jsonb, p_more_logs jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_approval_head heads; v_a approvals; v_before intents; v_now timestamptz; v_event text;
  v_kind text := 'prepared'; v_reason text; v_what text; v_lease timestamptz;
begin
  select * into v_approval_head from lock_head(p_ws, 'approval', p ->> 'approvalId');
  for v_event in select distinct e from unnest(array[p ->> 'eventKey', p ->> 'seriesKey']) e order by e loop
    perform lock_head(p_ws, 'event', v_event);
  end loop;
  v_now := clock_timestamp();
  select * into v_a from approvals where workspace_id = p_ws and id = (p ->> 'approvalId')::uuid;
  if p ->> 'afterIntent' is not null then
    select * into v_before from intents where workspace_id = p_ws and id = (p ->> 'afterIntent')::uuid;
  end if;

  if v_a.id is null or v_a.user_id <> p ->> 'userId' or v_a.proposal_id <> p ->> 'proposalId' or v_a.position <> (p ->> 'position')::int then
    v_kind := 'forbidden'; v_reason := 'not-yours';
  elsif v_a.plan_hash <> p ->> 'planHash' then v_kind := 'forbidden'; v_reason := 'plan-changed';
  elsif v_a.expires_at <= v_now then v_kind := 'expired'; v_what := 'approval';
  -- the version may have moved since the approval, what the person cares about may not
  elsif v_a.care_digest <> p ->> 'careDigest' then v_kind := 'superseded';
  -- single use; its one successor must follow an intent of the same approval that was refused, and only once
  elsif p ->> 'afterIntent' is null and v_approval_head.version <> '' then v_kind := 'superseded';
  elsif p ->> 'afterIntent' is not null and (v_before.approval_id is distinct from v_a.id or v_before.after_intent is not null
      or v_before.state is distinct from 'DONE' or v_before.outcome ->> 'kind' is distinct from 'conflict'
      or exists (select 1 from intents i where i.workspace_id = p_ws and i.after_intent = v_before.id)) then v_kind := 'superseded';
  elsif exists (select 1 from intents i where i.workspace_id = p_ws and i.connection_id = p ->> 'connectionId'
      and i.series_key = p ->> 'seriesKey' and i.state in ('PREPARED', 'SENT')) then v_kind := 'busy'; v_what := 'event';
  end if;

  perform log_append_all(p_ws, p_more_logs);
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', v_kind));
  if v_kind <> 'prepared' then
    return jsonb_strip_nulls(jsonb_build_object('kind', v_kind, 'reason', v_reason, 'what', v_what));
  end if;
  v_lease := v_now + (p ->> 'leaseMs')::bigint * interval '1 ms';
  insert into intents (workspace_id, id, connection_id, event_key, series_key, user_id, proposal_id, position, approval_id, after_intent,
      base_version, care_digest, base, change, notify, state, lease_until, prepared_at)
    values (p_ws, (p ->> 'id')::uuid, p ->> 'connectionId', p ->> 'eventKey', p ->> 'seriesKey', p ->> 'userId', p ->> 'proposalId', (p ->> 'position')::int,
      v_a.id, (p ->> 'afterIntent')::uuid, p ->> 'baseVersion', p ->> 'careDigest', p -> 'base', p -> 'change',
      (p ->> 'notify')::boolean, 'PREPARED', v_lease, v_now);
  perform booking_reserve(p_ws, p);
  update heads set version = 'used' where workspace_id = p_ws and kind = 'approval' and id = v_a.id::text;
  update heads set version = p ->> 'baseVersion' where workspace_id = p_ws and kind = 'event' and id = p ->> 'eventKey';
  insert into heads (workspace_id, kind, id, version, epoch, claim_id) values (p_ws, 'intent', p ->> 'id', 'PREPARED', 1, (p ->> 'claimId')::uuid);
  return jsonb_build_object('kind', 'prepared', 'leaseUntil', v_lease);
end $function$;
CREATE OR REPLACE FUNCTION public.intent_reclaim(p_limit integer, p_lease_ms bigint)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_due record; v_i intents; v_now timestamptz; v_claim uuid;
begin
  for v_due in select workspace_id, id from intents where state in ('PREPARED', 'SENT') and lease_until < clock_timestamp()
      order by workspace_id, id limit p_limit loop
    perform lock_head(v_due.workspace_id, 'intent', v_due.id::text);
    v_now := clock_timestamp();
    select * into v_i from intents where workspace_id = v_due.workspace_id and id = v_due.id;
    continue when v_i.state = 'DONE' or v_i.lease_until >= v_now;
    update intents set lease_until = v_now + p_lease_ms * interval '1 ms' where workspace_id = v_i.workspace_id and id = v_i.id;
    update heads set epoch = epoch + 1, claim_id = gen_random_uuid()
      where workspace_id = v_i.workspace_id and kind = 'intent' and id = v_i.id::text returning claim_id into v_claim;
    return next to_jsonb(v_i) || jsonb_build_object('claim', v_claim);
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.intent_sent(p_ws text, p_id uuid, p_claim uuid, p_need_ms bigint)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_i intents; v_now timestamptz;
begin
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if v_head.claim_id is distinct from p_claim or v_i.state is distinct from 'PREPARED' then return 'superseded'; end if;
  if v_i.lease_until < v_now + p_need_ms * interval '1 ms' then return 'expired'; end if;
  update intents set state = 'SENT', sent_at = v_now where workspace_id = p_ws and id = p_id;
  update heads set version = 'SENT' where workspace_id = p_ws and kind = 'intent' and id = p_id::text;
  return 'sent';
end $function$;
CREATE OR REPLACE FUNCTION public.intents_end_in_calendars()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  v_booking constant uuid := booking_of_proposal(new.proposal_id);
  v_told constant jsonb := coalesce(new.correction, new.outcome);
  v_event constant jsonb := v_told #> '{event,value}';
  v_key text; b bookings;
begin
  perform booking_lock_all(new.workspace_id, new.user_id);
  delete from outside_blocks where workspace_id = new.workspace_id and source = 'intent' and id = new.id::text;
  if v_told ->> 'kind' = 'gone' then perform booking_event_gone(new.workspace_id, new.event_key); end if;
  if v_told ->> 'kind' <> 'applied' then return null; end if;
  if new.change ->> 'kind' = 'delete' then
    delete from outside_blocks where workspace_id = new.workspace_id and source = 'event' and id = new.event_key;
    perform booking_event_gone(new.workspace_id, new.event_key);
  end if;
  if v_event is null or jsonb_typeof(v_event) <> 'object' or new.change ->> 'kind' not in ('create', 'update') then return null; end if;
  v_key := event_key_of(v_event -> 'ref');
  if v_booking is not null then
    select * into b from bookings where workspace_id = new.workspace_id and id = v_booking and owner_id = new.user_id;
    if not found then return null; end if;
    -- what somebody has changed since is not what was written
    insert into booking_events (workspace_id, event_key, booking_id, event, version)
      values (new.workspace_id, v_key, b.id, case when v_told -> 'notes' @> '[{"kind": "changed-since"}]' then new.base || jsonb_build_object('ref', v_event -> 'ref') else v_event end,
        v_told #>> '{event,version}') on conflict do nothing;
    delete from outside_blocks where workspace_id = new.workspace_id and source = 'event' and id = v_key;
    update bookings set calendar_due_at = case when state <> 'live' then booking_clock() end where workspace_id = new.workspace_id and id = b.id;
  end if;
  if exists (select from booking_events e where e.workspace_id = new.workspace_id and e.event_key = v_key and e.state = 'stands') then
    perform booking_event_seen(new.workspace_id, v_key, v_event, v_told #>> '{event,version}');
  else
    perform outside_event(new.workspace_id, v_key, v_event);
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.intents_outcome_stands()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.state = 'DONE' and (new.state <> 'DONE' or new.outcome <> old.outcome or (old.correction is not null and new.correction is distinct from old.correction)) then
    raise exception 'the outcome of intent % stands', old.id using errcode = '23514';
  end if;
  return new;
end $function$;
CREATE OR REPLACE FUNCTION public.lock_head(p_ws text, p_kind text, p_id text)
 RETURNS heads
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads;
begin
  select * into v_head from heads where workspace_id = p_ws and kind = p_kind and id = p_id for update;
  if not found then
    insert into heads (workspace_id, kind, id) values (p_ws, p_kind, p_id) on conflict do nothing;
    select * into v_head from heads where workspace_id = p_ws and kind = p_kind and id = p_id for update;
  end if;
  return v_head;
end $function$;
CREATE OR REPLACE FUNCTION public.log_append(p_ws text, p_row jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_id bigint;
begin
  v_id := log_insert(p_ws, p_row #>> '{actor,kind}', p_row #>> '{actor,id}', p_row ->> 'kind', p_row #>> '{subject,kind}', p_row #>> '{subject,id}',
    p_row ->> 'userId', p_row ->> 'proposalId', (p_row ->> 'intentId')::uuid, p_row ->> 'outcome', coalesce(p_row -> 'body', '{}'));
  if p_row ? 'sealedText' and p_row ->> 'userId' is not null then
    insert into log_texts (workspace_id, log_id, user_id, sealed) values (p_ws, v_id, p_row ->> 'userId', p_row ->> 'sealedText');
  end if;
  return v_id;
end $function$;
CREATE OR REPLACE FUNCTION public.log_append_all(p_ws text, p_rows jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_row jsonb;
begin
  for v_row in select * from jsonb_array_elements(coalesce(p_rows, '[]')) loop
    perform log_append(p_ws, v_row);
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.log_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $function$;
CREATE OR REPLACE FUNCTION public.log_insert(p_ws text, p_actor_kind text, p_actor text, p_kind text, p_subject_kind text, p_subject text, p_user text, p_proposal text, p_intent uuid, p_outcome text, p_body jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare v_id bigint;
begin
  with l as (
    insert into log (workspace_id, actor_kind, actor_id, kind, subject_kind, subject_id, user_id, proposal_id, intent_id, outcome, body)
    values (p_ws, p_actor_kind, p_actor, p_kind, p_subject_kind, p_subject, p_user, p_proposal, p_intent, p_outcome, p_body) returning workspace_id, id)
  insert into log_unsealed (workspace_id, log_id) select l.workspace_id, l.id from l returning log_id into v_id;
  return v_id;
end $function$;
CREATE OR REPLACE FUNCTION public.log_seal(p_ws text, p_from bigint, p_rows jsonb, p_root text, p_frontier jsonb, p_note text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_size bigint; v_count bigint := jsonb_array_length(p_rows);
begin
  perform lock_head(p_ws, 'sealer', '');
  select coalesce(max(seq) + 1, 0) into v_size from log_sealed where workspace_id = p_ws;
  if v_size <> p_from or v_count = 0 then return false; end if;
  insert into log_sealed (workspace_id, seq, log_id, leaf_hash)
    select p_ws, p_from + r.n - 1, (r.item ->> 'logId')::bigint, r.item ->> 'leafHash'
    from jsonb_array_elements(p_rows) with ordinality as r (item, n);
  delete from log_unsealed u using jsonb_array_elements(p_rows) r (item)
    where u.workspace_id = p_ws and u.log_id = (r.item ->> 'logId')::bigint;
  insert into log_checkpoints (workspace_id, size, root, frontier, note) values (p_ws, p_from + v_count, p_root, p_frontier, p_note);
  perform pg_notify('sealed', json_build_object('workspaceId', p_ws, 'size', p_from + v_count)::text);
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.model_budget_take(p_ws text, p_bucket text, p_per_second double precision, p_burst double precision, OUT tokens double precision, OUT passed boolean)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  select t.tokens_left, t.let_in into tokens, passed from bucket_take(p_ws, 'model/' || p_bucket, p_per_second, p_burst) t;
end $function$;
CREATE OR REPLACE FUNCTION public.model_choose(p_ws text, p jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare c model_choices; v_key text;
begin
  perform lock_head(p_ws, 'model', '');
  if not exists (select from members m where m.workspace_id = p_ws and m.user_id = p ->> 'by' and m.role = 'admin') then return 'not-admin'; end if;
  select * into c from model_choices where workspace_id = p_ws;
  if coalesce(c.version, 0) <> (p ->> 'seen')::int then return 'stale'; end if;
  if p ->> 'kind' = 'own' then
    v_key := case when p ? 'sealedKey' then p ->> 'sealedKey' else c.sealed_key end;
    if not p ? 'sealedKey' and v_key is not null and (c.provider, coalesce(c.base_url, '')) <> (p ->> 'provider', coalesce(p ->> 'baseUrl', '')) then return 'key-again'; end if;
    if v_key is null and p ->> 'provider' <> 'openai-compatible' then return 'key-needed'; end if;
  end if;
  insert into model_choices (workspace_id, version, kind, provider, model, base_url, sealed_key)
    values (p_ws, coalesce(c.version, 0) + 1, p ->> 'kind', p ->> 'provider', p ->> 'model', p ->> 'baseUrl', v_key)
    on conflict (workspace_id) do update set version = excluded.version, kind = excluded.kind, provider = excluded.provider, model = excluded.model,
      base_url = excluded.base_url, sealed_key = excluded.sealed_key;
  perform log_append(p_ws, p -> 'log');
  return 'chosen';
end $function$;
CREATE OR REPLACE FUNCTION public.model_key_reseal(p_ws text, p_from text, p_to text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update model_choices set sealed_key = p_to where workspace_id = p_ws and sealed_key = p_from;
  return found;
end $function$;
CREATE OR REPLACE FUNCTION public.outside_event(p_ws text, p_key text, p_event jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare v_owner text; k bookable_calendars; v_from timestamptz; v_to timestamptz;
begin
  select s.user_id into v_owner from synced_calendars s
    where s.workspace_id = p_ws and s.connection_id = p_event #>> '{ref,connectionId}' and s.calendar_id = p_event #>> '{ref,calendarId}';
  if not found then return; end if;
  if event_takes_time(p_event) and not event_is_bookings(p_ws, p_key, p_event) then
    v_from := (p_event #>> '{start,at}')::timestamptz; v_to := (p_event #>> '{end,at}')::timestamptz;
  end if;
  if v_from is null or v_to <= booking_clock() or v_to <= v_from then
    delete from outside_blocks where workspace_id = p_ws and source = 'event' and id = p_key;
    return;
  end if;
  for k in select b.* from bookable_calendars b where b.workspace_id = p_ws and b.owner_id = v_owner order by b.owner_id || '/' || b.id loop
    if not exists (select from outside_blocks o where o.workspace_id = p_ws and o.calendar_no = k.no and o.source = 'event' and o.id = p_key
        and o.starts_at = v_from and o.ends_at = v_to) then
      perform booking_block(p_ws, v_owner, k.id, 'event', p_key, v_from, v_to);
    end if;
  end loop;
end $function$;
CREATE OR REPLACE FUNCTION public.proposal_approve(p_ws text, p_proposal text, p_user text, p_plan_hash text, p_ttl_ms bigint, p_log jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_p proposals; v_now timestamptz; v_kind text; v_reason text; v_ids jsonb;
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_now := clock_timestamp();
  select * into v_p from proposals where workspace_id = p_ws and id = p_proposal;
  if not found or v_p.user_id <> p_user then return jsonb_build_object('kind', 'forbidden', 'reason', 'not-yours'); end if;
  if v_p.state not in ('open', 'stale') then v_kind := 'superseded';
  elsif v_p.plan_hash <> p_plan_hash then v_kind := 'forbidden'; v_reason := 'plan-changed';
  elsif v_p.expires_at <= v_now then v_kind := 'expired';
  else v_kind := 'approved';
  end if;
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', v_kind));
  if v_kind <> 'approved' then
    return jsonb_strip_nulls(jsonb_build_object('kind', v_kind, 'reason', v_reason, 'what', case when v_kind = 'expired' then 'proposal' end));
  end if;
  update proposals set state = 'applying' where workspace_id = p_ws and id = p_proposal;
  with made as (
    insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
    select p_ws, gen_random_uuid(), o.proposal_id, o.position, p_user, p_plan_hash, o.base_version, o.care_digest, v_now + p_ttl_ms * interval '1 ms'
    from proposal_operations o where o.workspace_id = p_ws and o.proposal_id = p_proposal
    returning id, position
  ) select jsonb_agg(id order by position) into v_ids from made;
  return jsonb_build_object('kind', 'approved', 'approvals', v_ids);
end $function$;
CREATE OR REPLACE FUNCTION public.race_close(p_ws text, p_owner text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if p_owner not like 'race/%' then raise exception '% is no owner of a race', p_owner using errcode = '22023'; end if;
  perform lock_head(p_ws, 'slots', p_owner || '/race');
  delete from taken_slots t using bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner and t.workspace_id = p_ws and t.calendar_no = k.no;
  delete from bookable_calendars where workspace_id = p_ws and owner_id = p_owner;
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
end $function$;
CREATE OR REPLACE FUNCTION public.race_open(p_ws text, p_owner text, p_ids text[], p_names text[], p_hold_ms integer, p_bump_ms integer, p_log jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if p_owner not like 'race/%' then raise exception '% is no owner of a race', p_owner using errcode = '22023'; end if;
  insert into agents (workspace_id, id, name) select p_ws, a, n from unnest(p_ids, p_names) as racer (a, n) order by a on conflict do nothing;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(p_ids) with ordinality as listed (a, n);
  insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values (p_ws, p_owner, 'race', 'Race', p_hold_ms, p_bump_ms, 1000);
  perform log_append(p_ws, p_log);
end $function$;
CREATE OR REPLACE FUNCTION public.record_admit(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_folded text; v_dead jsonb; v_row bigint;
begin
  for v_folded in select f from (
      select lower(v ->> 'key') as f from jsonb_array_elements(p -> 'views') v
      union select folded from record_views where workspace_id = p_ws and agent_id = p #>> '{actor,id}' and run_id = (p ->> 'runId')::uuid) all_heads
      order by f collate "C" loop
    perform lock_head(p_ws, 'record', v_folded);
  end loop;
  select coalesce(jsonb_agg(distinct v ->> 'key'), '[]') into v_dead from jsonb_array_elements(p -> 'views') v where not record_view_is_live(p_ws, v ->> 'key', v ->> 'version');
  if p ? 'runId' then v_dead := v_dead || record_views_dead(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid); end if;
  v_row := record_log(p_ws, p -> 'actor', 'record.effect', coalesce(p #>> '{views,0,key}', ''), case when v_dead = '[]' then 'admitted' else 'refused' end,
    jsonb_build_object('views', p -> 'views', 'dead', v_dead));
  if v_dead = '[]' then return jsonb_build_object('kind', 'admitted', 'auditEventId', v_row::text); end if;
  return jsonb_build_object('kind', 'refused', 'dead', v_dead, 'auditEventId', v_row::text);
end $function$;
CREATE OR REPLACE FUNCTION public.record_busy(p_ws text, p jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
declare c jsonb; v_claim uuid; v_until timestamptz;
begin
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    continue when c ? 'claimId';
    select claim_id, lease_until into v_claim, v_until from heads where workspace_id = p_ws and kind = 'record' and id = lower(c ->> 'key');
    if v_claim is not null then
      return jsonb_build_object('kind', 'busy', 'key', c ->> 'key', 'forMs', ceil(extract(epoch from v_until - p_now) * 1000));
    end if;
  end loop;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.record_claim(p_ws text, p_key text, p_actor jsonb, p_ttl_ms bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_now timestamptz;
begin
  perform lock_head(p_ws, 'record', lower(p_key));
  v_now := booking_clock();
  v_head := record_head(p_ws, p_key, v_now);
  if v_head.claim_id is not null then
    return jsonb_build_object('kind', 'busy', 'key', p_key, 'forMs', ceil(extract(epoch from v_head.lease_until - v_now) * 1000));
  end if;
  if exists (select from records where workspace_id = p_ws and folded = lower(p_key) and key <> p_key) then
    return jsonb_build_object('kind', 'conflict', 'key', p_key, 'why', 'case', 'currentVersion', null);
  end if;
  return record_new_claim(p_ws, p_key, p_actor, p_ttl_ms, v_now);
end $function$;
CREATE OR REPLACE FUNCTION public.record_claim_act(p_ws text, p_op text, p_key text, p_actor jsonb, p_claim text, p_ttl_ms bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_head heads; v_now timestamptz; v_refusal jsonb; v_until timestamptz; v_record records;
begin
  perform lock_head(p_ws, 'record', lower(p_key));
  v_now := booking_clock();
  v_head := record_head(p_ws, p_key, v_now);
  v_refusal := record_superseded(p_ws, v_head, p_key, p_claim);
  if v_refusal is not null then
    perform record_log(p_ws, p_actor, 'record.refused', p_key, 'superseded', jsonb_build_object('why', v_refusal -> 'why', 'asked', p_op));
    return v_refusal;
  end if;
  if p_op = 'heartbeat' then
    v_until := greatest(v_head.lease_until, v_now + p_ttl_ms * interval '1 ms');
    update heads set lease_until = v_until where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
    return jsonb_build_object('kind', 'held', 'until', booking_instant(v_until));
  end if;
  if p_op = 'release' then
    perform record_end_claim(p_ws, v_head, 'released', v_now, p_actor, p_key);
    return jsonb_build_object('kind', 'released');
  end if;
  perform record_end_claim(p_ws, v_head, 'handedOff', v_now, p_actor, p_key);
  -- a new version of the same value: every view from before is dead, the giver's above all (C16)
  select * into v_record from records where workspace_id = p_ws and folded = lower(p_key);
  if found then perform record_put(p_ws, v_record.key, v_record.value, 'handed-off', p_actor, v_head.version, v_now); end if;
  return record_new_claim(p_ws, p_key, p_actor, p_ttl_ms, v_now);
end $function$;
CREATE OR REPLACE FUNCTION public.record_claim_digest(p_claim text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select encode(substr(sha256(convert_to(p_claim, 'UTF8')), 1, 16), 'hex')::uuid
$function$;
CREATE OR REPLACE FUNCTION public.record_end_claim(p_ws text, p_head heads, p_how text, p_now timestamp with time zone, p_actor jsonb, p_key text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update heads set claim_id = null, lease_until = null, epoch = epoch + 1 where workspace_id = p_ws and kind = 'record' and id = p_head.id;
  update record_claims set ended_at = p_now, ended_how = p_how where workspace_id = p_ws and id = p_head.claim_id;
  perform record_log(p_ws, p_actor, case p_how when 'released' then 'record.released' when 'handedOff' then 'record.handed-off' else 'record.reclaimed' end, p_key, null,
    jsonb_build_object('epoch', p_head.epoch + 1));
end $function$;
CREATE OR REPLACE FUNCTION public.record_head(p_ws text, p_key text, p_now timestamp with time zone)
 RETURNS heads
 LANGUAGE plpgsql
AS $function$
declare v_head heads;
begin
  select * into v_head from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  if v_head.claim_id is not null and v_head.lease_until <= p_now then
    perform record_end_claim(p_ws, v_head, 'reclaimed', p_now, '{"kind":"system","id":"clock"}', p_key);
    select * into v_head from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  end if;
  return v_head;
end $function$;
CREATE OR REPLACE FUNCTION public.record_log(p_ws text, p_actor jsonb, p_kind text, p_key text, p_outcome text, p_body jsonb)
 RETURNS bigint
 LANGUAGE sql
AS $function$
  select log_append(p_ws, jsonb_build_object('actor', p_actor, 'kind', p_kind, 'subject', jsonb_build_object('kind', 'record', 'id', p_key), 'outcome', p_outcome, 'body', p_body))
$function$;
CREATE OR REPLACE FUNCTION public.record_new_claim(p_ws text, p_key text, p_actor jsonb, p_ttl_ms bigint, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_claim constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  v_until constant timestamptz := p_now + p_ttl_ms * interval '1 ms';
  v_head heads; v_there boolean;
begin
  update heads set claim_id = record_claim_digest(v_claim), lease_until = v_until
    where workspace_id = p_ws and kind = 'record' and id = lower(p_key) returning * into v_head;
  insert into record_claims (workspace_id, id, folded, epoch, actor_kind, actor_id, made_at)
    values (p_ws, v_head.claim_id, lower(p_key), v_head.epoch, p_actor ->> 'kind', p_actor ->> 'id', p_now);
  perform record_log(p_ws, p_actor, 'record.claimed', p_key, null, jsonb_build_object('epoch', v_head.epoch, 'until', booking_instant(v_until)));
  select exists (select from records where workspace_id = p_ws and folded = lower(p_key)) into v_there;
  return jsonb_build_object('kind', 'claimed', 'claimId', v_claim, 'until', booking_instant(v_until), 'version', case when v_there then v_head.version end);
end $function$;
CREATE OR REPLACE FUNCTION public.record_publish(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_folded text; v_now timestamptz; c jsonb; v_refusal jsonb; v_version text; v_before text; v_versions jsonb := '{}';
begin
  for v_folded in select f from (
      select lower(v ->> 'key') as f from jsonb_array_elements((p -> 'changes') || coalesce(p -> 'reads', '[]')) v
      union select folded from record_views where workspace_id = p_ws and agent_id = p #>> '{actor,id}' and run_id = (p ->> 'runId')::uuid) all_heads
      order by f collate "C" loop
    perform lock_head(p_ws, 'record', v_folded);
  end loop;
  v_now := booking_clock();
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    v_refusal := record_refusal(p_ws, c, v_now);
    exit when v_refusal is not null;
  end loop;
  if v_refusal is null and (p ? 'reads' or p ? 'runId') then v_refusal := record_unread(p_ws, p); end if;
  if v_refusal is null then v_refusal := record_busy(p_ws, p, v_now); end if;
  if v_refusal is not null then
    -- sticky: as if seen at a version that no head ever has, until the run reads again
    if v_refusal ->> 'kind' = 'superseded' and p ? 'runId' and exists (select from records where workspace_id = p_ws and folded = lower(v_refusal ->> 'key')) then
      perform record_views_note(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid, jsonb_build_array(jsonb_build_object('key', v_refusal ->> 'key', 'version', 'unread')));
    end if;
    perform record_log(p_ws, p -> 'actor', 'record.refused', v_refusal ->> 'key', v_refusal ->> 'kind', v_refusal - 'key' - 'kind');
    return v_refusal;
  end if;
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    select version into v_before from heads where workspace_id = p_ws and kind = 'record' and id = lower(c ->> 'key');
    v_version := record_put(p_ws, c ->> 'key', c -> 'value', case c ->> 'op' when 'create' then 'created' when 'write' then 'written' else 'deleted' end, p -> 'actor', v_before, v_now);
    v_versions := v_versions || jsonb_build_object(c ->> 'key', v_version);
  end loop;
  -- whoever writes has seen what it wrote
  if p ? 'runId' then
    perform record_views_note(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid, (select jsonb_agg(jsonb_build_object('key', key, 'version', value)) from jsonb_each_text(v_versions)));
  end if;
  return jsonb_build_object('kind', 'applied', 'versions', v_versions);
end $function$;
CREATE OR REPLACE FUNCTION public.record_put(p_ws text, p_key text, p_value jsonb, p_how text, p_actor jsonb, p_before text, p_now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare v_seq bigint;
begin
  v_seq := record_log(p_ws, p_actor, 'record.' || p_how, p_key, 'applied', jsonb_strip_nulls(jsonb_build_object('before', nullif(p_before, ''))));
  insert into record_versions (workspace_id, folded, seq, key, value, how, actor_kind, actor_id, at)
    values (p_ws, lower(p_key), v_seq, p_key, p_value, p_how, p_actor ->> 'kind', p_actor ->> 'id', p_now);
  update heads set version = v_seq::text where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  if p_how = 'deleted' then
    delete from records where workspace_id = p_ws and folded = lower(p_key);
  elsif p_how = 'created' then
    insert into records (workspace_id, folded, key, value, at) values (p_ws, lower(p_key), p_key, p_value, p_now);
  else
    update records set value = p_value, at = p_now where workspace_id = p_ws and folded = lower(p_key);
  end if;
  return v_seq::text;
end $function$;
CREATE OR REPLACE FUNCTION public.record_refusal(p_ws text, c jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare v_key constant text := c ->> 'key'; v_head heads; v_record records; v_refusal jsonb;
begin
  v_head := record_head(p_ws, v_key, p_now);
  if c ? 'claimId' then
    v_refusal := record_superseded(p_ws, v_head, v_key, c ->> 'claimId');
    if v_refusal is not null then return v_refusal; end if;
  end if;
  select * into v_record from records where workspace_id = p_ws and folded = lower(v_key);
  if v_record.key <> v_key then
    return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'case', 'currentVersion', null);
  elsif c ->> 'op' = 'create' then
    if v_record.key is not null then
      return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'exists', 'currentVersion', v_head.version);
    end if;
  elsif v_record.key is null then
    return jsonb_build_object('kind', 'gone', 'key', v_key);
  elsif v_head.version is distinct from c ->> 'expectedVersion' then
    return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'version', 'currentVersion', v_head.version);
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.record_superseded(p_ws text, p_head heads, p_key text, p_claim text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare v_claim record_claims;
begin
  select * into v_claim from record_claims where workspace_id = p_ws and id = record_claim_digest(p_claim) and folded = lower(p_key);
  if p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch then return null; end if;
  return jsonb_build_object('kind', 'superseded', 'key', p_key, 'why', coalesce(v_claim.ended_how, 'unknown'));
end $function$;
CREATE OR REPLACE FUNCTION public.record_sweep(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_due record; v_now timestamptz; v_head heads; v_count int := 0;
begin
  for v_due in select workspace_id, id from (select workspace_id, id from heads where kind = 'record' and claim_id is not null and lease_until <= booking_clock()
      order by lease_until limit p_limit) d order by workspace_id collate "C", id collate "C" loop
    select * into v_head from lock_head(v_due.workspace_id, 'record', v_due.id);
    v_now := booking_clock();
    if v_head.claim_id is not null and v_head.lease_until <= v_now then
      perform record_head(v_due.workspace_id, v_due.id, v_now);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.record_unread(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('kind', 'conflict', 'key', r.key, 'why', r.why, 'currentVersion', (select h.version from records x join heads h
      on h.workspace_id = p_ws and h.kind = 'record' and h.id = x.folded where x.workspace_id = p_ws and x.folded = lower(r.key)))
  from (
    select 1 as o, v ->> 'key' as key, v ->> 'version' as version, 'readSet' as why from jsonb_array_elements(coalesce(p -> 'reads', '[]')) v
    union all
    select 2, v.folded, v.version, 'deadView' from record_views v
      where v.workspace_id = p_ws and v.agent_id = p #>> '{actor,id}' and v.run_id = (p ->> 'runId')::uuid
  ) r
  where not record_view_is_live(p_ws, r.key, r.version) order by r.o, lower(r.key) collate "C" limit 1
$function$;
CREATE OR REPLACE FUNCTION public.record_view_is_live(p_ws text, p_key text, p_version text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_version is null then not exists (select from records where workspace_id = p_ws and folded = lower(p_key))
    else exists (select from heads h where h.workspace_id = p_ws and h.kind = 'record' and h.id = lower(p_key) and h.version = p_version) end
$function$;
CREATE OR REPLACE FUNCTION public.record_views_dead(p_ws text, p_agent text, p_run uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select coalesce(jsonb_agg(m -> 'key' order by n), '[]') from jsonb_array_elements(record_views_moved(p_ws, p_agent, p_run)) with ordinality moved (m, n)
$function$;
CREATE OR REPLACE FUNCTION public.record_views_forget(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_count int;
begin
  delete from record_views where ctid = any (array(select ctid from record_views where at < clock_timestamp() - interval '1 day' limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.record_views_moved(p_ws text, p_agent text, p_run uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('key', coalesce(r.key, v.folded), 'version', case when r.key is not null then h.version end) order by v.folded collate "C"), '[]') from record_views v
    left join records r on r.workspace_id = v.workspace_id and r.folded = v.folded
    left join heads h on h.workspace_id = v.workspace_id and h.kind = 'record' and h.id = v.folded
    where v.workspace_id = p_ws and v.agent_id = p_agent and v.run_id = p_run and not record_view_is_live(p_ws, v.folded, v.version)
$function$;
CREATE OR REPLACE FUNCTION public.record_views_note(p_ws text, p_agent text, p_run uuid, p_views jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  insert into record_views (workspace_id, agent_id, run_id, folded, version, at)
    select distinct on (lower(v ->> 'key')) p_ws, p_agent, p_run, lower(v ->> 'key'), v ->> 'version', clock_timestamp() from jsonb_array_elements(p_views) v
    order by lower(v ->> 'key')
  on conflict (workspace_id, agent_id, run_id, folded) do update set version = excluded.version, at = excluded.at
$function$;
CREATE OR REPLACE FUNCTION public.split_is_half(p_ws text, p_proposal text)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select s.position from proposal_operations s
    join proposal_operations t on t.workspace_id = s.workspace_id and t.proposal_id = s.proposal_id and t.position = s.position + 1
  where s.workspace_id = p_ws and s.proposal_id = p_proposal and s.change ->> 'kind' = 'split' and s.state = 'applied'
    and t.change ->> 'kind' = 'trim' and t.state in ('failed', 'skipped', 'kept', 'conflict')
    and not exists (select 1 from proposal_operations d where d.workspace_id = p_ws and d.proposal_id = p_proposal and d.position > t.position
      and d.change ->> 'kind' = 'delete' and d.state in ('conflict', 'kept'))
    and not exists (select 1 from intents i where i.workspace_id = p_ws and i.proposal_id = p_proposal and i.state <> 'DONE')
$function$;
CREATE OR REPLACE FUNCTION public.split_settle(p_ws text, p_proposal text, p_stands jsonb, p_case jsonb, p_logs jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_half int;
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_half := split_is_half(p_ws, p_proposal);
  if v_half is null then return 'superseded'; end if;
  if p_stands is not null then
    update proposal_operations set state = 'unchanged', outcome = p_stands where workspace_id = p_ws and proposal_id = p_proposal and position = v_half + 1;
    update proposals set state = 'done' where workspace_id = p_ws and id = p_proposal;
  else
    update proposal_operations set state = 'takenBack' where workspace_id = p_ws and proposal_id = p_proposal and position = v_half;
  end if;
  if p_case is not null then
    update proposal_operations set state = 'conflict' where workspace_id = p_ws and proposal_id = p_proposal and position = v_half + 1;
    update proposals set state = 'conflict' where workspace_id = p_ws and id = p_proposal;
    insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
      select p_ws, (p_case ->> 'id')::uuid, p_proposal, v_half + 1, user_id, p_case -> 'body' from proposals where workspace_id = p_ws and id = p_proposal;
  end if;
  perform log_append_all(p_ws, p_logs);
  return 'settled';
end $function$;
CREATE OR REPLACE FUNCTION public.split_take_back(p_ws text, p_proposal text, p_operation jsonb, p_logs jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_p proposals; v_half int; v_step proposal_operations; v_position int; v_now timestamptz; v_approval uuid := gen_random_uuid();
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_now := clock_timestamp();
  select * into v_p from proposals where workspace_id = p_ws and id = p_proposal;
  v_half := split_is_half(p_ws, p_proposal);
  if v_half is null then return jsonb_build_object('kind', 'superseded'); end if;
  select * into v_step from proposal_operations where workspace_id = p_ws and proposal_id = p_proposal and position > v_half + 1
    and change ->> 'kind' = p_operation #>> '{change,kind}';
  if v_step.state in ('applied', 'unchanged') then return jsonb_build_object('kind', 'superseded'); end if;
  -- whoever was let in a moment ago is at it: two that took the way from each other would never get there
  if v_step.state = 'pending' and exists (select 1 from approvals a where a.workspace_id = p_ws and a.proposal_id = p_proposal and a.position = v_step.position
      and a.expires_at > v_now and a.created_at > v_now - (p_operation ->> 'holdMs')::bigint * interval '1 ms') then
    return jsonb_build_object('kind', 'superseded');
  end if;
  v_position := coalesce(v_step.position,
    (select max(position) + 1 from proposal_operations where workspace_id = p_ws and proposal_id = p_proposal));
  insert into proposal_operations (workspace_id, proposal_id, position, event_key, base, base_version, care_digest, change, notify, slot, state)
    values (p_ws, p_proposal, v_position, p_operation ->> 'eventKey', p_operation -> 'base', p_operation ->> 'baseVersion', p_operation ->> 'careDigest',
      p_operation -> 'change', (p_operation ->> 'notify')::boolean, p_operation -> 'slot', 'pending')
    on conflict (workspace_id, proposal_id, position) do update
      set base = excluded.base, base_version = excluded.base_version, care_digest = excluded.care_digest, state = 'pending', outcome = null;
  update approvals set expires_at = v_now where workspace_id = p_ws and proposal_id = p_proposal and position = v_position and expires_at > v_now;
  insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
    values (p_ws, v_approval, p_proposal, v_position, v_p.user_id, v_p.plan_hash, p_operation ->> 'baseVersion', p_operation ->> 'careDigest',
      v_now + (p_operation ->> 'ttlMs')::bigint * interval '1 ms');
  perform log_append_all(p_ws, p_logs);
  return jsonb_build_object('kind', 'approved', 'approvalId', v_approval, 'position', v_position);
end $function$;
CREATE OR REPLACE FUNCTION public.sync_apply(p_ws text, p_connection text, p_calendar text, p_run bigint, p_changed jsonb, p_removed jsonb, p_stale jsonb, p_cursor text, p_window_from timestamp with time zone, p_window_to timestamp with time zone, p_next_ms bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_run bigint; v_doubt jsonb; v_now timestamptz; v_each jsonb; v_stale jsonb := '[]'; v_keys text[];
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  select run into v_run from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  if v_run is distinct from p_run then return jsonb_build_object('kind', 'superseded'); end if;

  -- the same as lock_head, for many at once and in its order: made in one statement, locked in the next
  select array_agg(k order by k) into v_keys from (
    select c ->> 'key' as k from jsonb_array_elements(p_changed) c union select r ->> 'key' from jsonb_array_elements(p_removed) r) keys;
  insert into heads (workspace_id, kind, id) select p_ws, 'event', k from unnest(v_keys) k order by k on conflict do nothing;
  perform 1 from heads where workspace_id = p_ws and kind = 'event' and id = any (v_keys) order by id for update;
  v_now := clock_timestamp();

  select jsonb_agg(c.key) into v_doubt
    from jsonb_to_recordset(p_changed) as c (key text, "seriesKey" text, version text, "seenFrom" timestamptz, confirmed boolean)
    where exists (select 1 from intents i where i.workspace_id = p_ws and i.event_key in (c.key, c."seriesKey") and i.outcome ->> 'kind' = 'applied'
      and ((not c.confirmed and i.base_version = c.version)
        or (i.finished_at >= c."seenFrom" and i.outcome #>> '{event,version}' is distinct from c.version)));
  if v_doubt is not null then return jsonb_build_object('kind', 'doubtful', 'keys', v_doubt); end if;

  if v_keys is not null then
    perform booking_lock_all(p_ws, (select user_id from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar));
  end if;
  insert into cached_events (workspace_id, connection_id, calendar_id, event_id, version, care_digest, starts_at, ends_at, event, seen_at)
    select p_ws, p_connection, p_calendar, c."eventId", c.version, c."careDigest", c."startsAt", c."endsAt", c.event, v_now
    from jsonb_to_recordset(p_changed) as c ("eventId" text, version text, "careDigest" text, "startsAt" timestamptz, "endsAt" timestamptz, event jsonb)
    on conflict (workspace_id, connection_id, calendar_id, event_id) do update set version = excluded.version, care_digest = excluded.care_digest,
      starts_at = excluded.starts_at, ends_at = excluded.ends_at, event = excluded.event, seen_at = excluded.seen_at;
  update heads h set version = c.version from jsonb_to_recordset(p_changed) as c (key text, version text)
    where h.workspace_id = p_ws and h.kind = 'event' and h.id = c.key and h.version <> c.version;
  delete from cached_events e using jsonb_array_elements(p_removed) r
    where e.workspace_id = p_ws and e.connection_id = p_connection and e.calendar_id = p_calendar and e.event_id = r ->> 'eventId';
  update heads h set version = '' from jsonb_array_elements(p_removed) r
    where h.workspace_id = p_ws and h.kind = 'event' and h.id = r ->> 'key' and h.version <> '';

  for v_each in select s from jsonb_array_elements(p_stale) s order by s ->> 'proposalId' loop
    perform lock_head(p_ws, 'proposal', v_each ->> 'proposalId');
    update proposals set state = 'stale', stale = v_each -> 'reason' where workspace_id = p_ws and id = v_each ->> 'proposalId' and state = 'open';
    if found then
      perform log_append(p_ws, v_each -> 'log');
      v_stale := v_stale || jsonb_build_array(v_each ->> 'proposalId');
    end if;
  end loop;

  for v_each in select c from jsonb_array_elements(p_changed) c order by c ->> 'key' loop
    perform booking_event_seen(p_ws, v_each ->> 'key', v_each -> 'event', v_each ->> 'version');
  end loop;
  for v_each in select r from jsonb_array_elements(p_removed) r order by r ->> 'key' loop
    perform booking_event_gone(p_ws, v_each ->> 'key');
  end loop;

  if p_cursor is not null then
    update synced_calendars set cursor = p_cursor, window_from = p_window_from, window_to = p_window_to, failures = 0, synced_at = v_now,
        changed_at = case when v_keys is null then changed_at else v_now end, next_poll_at = v_now + p_next_ms * interval '1 ms'
      where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  end if;
  return jsonb_build_object('kind', 'applied', 'stale', v_stale);
end $function$;
CREATE OR REPLACE FUNCTION public.sync_begin(p_ws text, p_connection text, p_calendar text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_s synced_calendars;
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  update synced_calendars set run = run + 1, begun_at = clock_timestamp()
    where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar returning * into v_s;
  if not found then return null; end if;
  return jsonb_build_object('run', v_s.run, 'startedAt', v_s.begun_at, 'cursor', v_s.cursor, 'failures', v_s.failures, 'userId', v_s.user_id,
    'windowFrom', v_s.window_from, 'windowTo', v_s.window_to);
end $function$;
CREATE OR REPLACE FUNCTION public.sync_calendars(p_ws text, p_connection text, p_user text, p_calendars text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  -- an account that was disconnected meanwhile is not brought back
  perform 1 from connections where workspace_id = p_ws and id = p_connection and user_id = p_user for share;
  if not found then return; end if;
  insert into synced_calendars (workspace_id, connection_id, calendar_id, user_id)
    select p_ws, p_connection, c, p_user from unnest(p_calendars) c on conflict do nothing;
  delete from cached_events where workspace_id = p_ws and connection_id = p_connection and calendar_id <> all (p_calendars);
  delete from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id <> all (p_calendars);
end $function$;
CREATE OR REPLACE FUNCTION public.sync_due(p_limit integer, p_every_ms bigint)
 RETURNS SETOF synced_calendars
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  -- no planner thinks for longer than a minute, and no reading has begun since; where a provider does not answer, its waits stand
  update synced_calendars s set next_poll_at = clock_timestamp()
    from (
      select d.workspace_id, d.connection_id, d.calendar_id from proposals p
      join synced_calendars d on d.workspace_id = p.workspace_id and d.user_id = p.user_id
      where p.state = 'open' and p.created_at > clock_timestamp() - interval '1 minute' and d.changed_at > p.created_at - interval '1 minute'
        and d.begun_at < p.created_at and d.failures = 0 and d.next_poll_at > clock_timestamp()
      for update of d skip locked
    ) missed
    where s.workspace_id = missed.workspace_id and s.connection_id = missed.connection_id and s.calendar_id = missed.calendar_id;
  return query
    update synced_calendars s set next_poll_at = clock_timestamp() + p_every_ms * interval '1 ms'
    from (
      select d.workspace_id, d.connection_id, d.calendar_id from synced_calendars d
      join connections c on c.workspace_id = d.workspace_id and c.id = d.connection_id and c.status = 'live'
      where d.next_poll_at <= clock_timestamp() order by d.next_poll_at limit p_limit for update of d skip locked
    ) due
    where s.workspace_id = due.workspace_id and s.connection_id = due.connection_id and s.calendar_id = due.calendar_id
    returning s.*;
end $function$;
CREATE OR REPLACE FUNCTION public.sync_failed(p_ws text, p_connection text, p_calendar text, p_run bigint, p_wait_ms bigint, p_lost boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  update synced_calendars set failures = failures + 1, next_poll_at = clock_timestamp() + p_wait_ms * interval '1 ms', cursor = case when p_lost then null else cursor end
    where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar and run = p_run;
end $function$;
CREATE OR REPLACE FUNCTION public.sync_forget(p_ws text, p_connection text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  delete from sync_channels where workspace_id = p_ws and connection_id = p_connection;
  delete from synced_calendars where workspace_id = p_ws and connection_id = p_connection;
  delete from cached_events where workspace_id = p_ws and connection_id = p_connection;
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_ask(p_ws text, p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_id constant uuid := p ->> 'id';
  v_op constant text := p ->> 'op';
  v_asker constant text := (p #>> '{by,kind}') || '/' || (p #>> '{by,id}');
  v_answer jsonb; w webhook_subscriptions;
begin
  if p ->> 'key' is not null then
    v_answer := idempotency_known(p_ws, v_asker, p ->> 'key', p ->> 'digest');
    if v_answer is not null then return v_answer; end if;
  end if;
  if v_op = 'create' then
    -- between two turns of the fan-out: what happened before is not told
    perform lock_head(p_ws, 'webhooks', '');
    insert into webhook_cursors (workspace_id, seq) select p_ws, coalesce(max(seq) + 1, 0) from log_sealed where workspace_id = p_ws on conflict do nothing;
    if (select count(*) from webhook_subscriptions s where s.workspace_id = p_ws and s.subscriber_kind = p #>> '{by,kind}' and s.subscriber_id = p #>> '{by,id}')
        >= (p ->> 'max')::int then
      return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'tooMany'));
    end if;
    insert into webhook_subscriptions (workspace_id, id, subscriber_kind, subscriber_id, url, events, from_seq)
      select p_ws, v_id, p #>> '{by,kind}', p #>> '{by,id}', p ->> 'url', array(select jsonb_array_elements_text(p -> 'events')), c.seq
      from webhook_cursors c where c.workspace_id = p_ws returning * into w;
  else
    select * into w from webhook_subscriptions s
      where s.workspace_id = p_ws and s.id = v_id and s.subscriber_kind = p #>> '{by,kind}' and s.subscriber_id = p #>> '{by,id}' for update;
    if not found then return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'notFound')); end if;
  end if;
  if v_op = 'rotate' then
    delete from webhook_secrets where workspace_id = p_ws and subscription_id = v_id and expires_at is not null;
    update webhook_secrets set expires_at = clock_timestamp() + (p ->> 'graceMs')::bigint * interval '1 ms' where workspace_id = p_ws and subscription_id = v_id;
  end if;
  if p ? 'sealed' then
    insert into webhook_secrets (workspace_id, id, subscription_id, sealed) values (p_ws, (p ->> 'secretId')::uuid, v_id, p ->> 'sealed');
  end if;
  if v_op = 'change' then
    update webhook_subscriptions set url = coalesce(p ->> 'url', url), state = coalesce(p ->> 'state', state),
        events = case when p ? 'events' then array(select jsonb_array_elements_text(p -> 'events')) else events end, failures = 0, paused_until = null
      where workspace_id = p_ws and id = v_id returning * into w;
    perform webhook_order(p_ws, v_id, clock_timestamp());
  end if;
  if v_op = 'remove' then delete from webhook_subscriptions where workspace_id = p_ws and id = v_id; end if;
  if v_op = 'redeliver' then
    update webhook_deliveries set state = 'pending', attempts = 0, next_at = clock_timestamp() where workspace_id = p_ws and subscription_id = v_id and seq = (p ->> 'seq')::bigint;
    if not found then return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'notFound')); end if;
    update webhook_subscriptions set paused_until = null where workspace_id = p_ws and id = v_id;
    perform webhook_order(p_ws, v_id, clock_timestamp());
  end if;
  if p ? 'log' then perform log_append(p_ws, p -> 'log'); end if;
  v_answer := jsonb_strip_nulls(jsonb_build_object('kind', 'done', 'subscription', webhook_view(w), 'secretId', p -> 'secretId'));
  if p ->> 'key' is not null then
    insert into idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, v_asker, p ->> 'key', p ->> 'digest', v_answer, clock_timestamp())
      on conflict (workspace_id, asker, key) do update set digest = excluded.digest, reply = excluded.reply, created_at = excluded.created_at;
  end if;
  return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', v_answer);
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_attempted(p_ws text, p_id uuid, p_claim uuid, p_seq bigint, p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare w webhook_subscriptions; v_now timestamptz; v_verdict constant text := p ->> 'verdict';
begin
  select * into w from webhook_subscriptions where workspace_id = p_ws and id = p_id for update;
  if not found or w.claim_id is distinct from p_claim then return false; end if;
  v_now := clock_timestamp();
  update webhook_deliveries set attempts = attempts + 1, last_at = v_now, last_status = (p ->> 'status')::int, last_error = p ->> 'error',
      state = case v_verdict when 'delivered' then 'delivered' when 'again' then 'pending' else 'failed' end,
      next_at = v_now + coalesce((p ->> 'inMs')::bigint, 0) * interval '1 ms'
    where workspace_id = p_ws and subscription_id = p_id and seq = p_seq;
  update webhook_subscriptions set failures = case when p ? 'pauseMs' then failures + 1 else 0 end,
      paused_until = v_now + (p ->> 'pauseMs')::bigint * interval '1 ms', state = case v_verdict when 'gone' then 'gone' else state end
    where workspace_id = p_ws and id = p_id;
  if v_verdict = 'gone' then perform log_append(p_ws, p -> 'log'); end if;
  return true;
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_claim(p_ws text, p_id uuid, p_claim uuid, p_lease_ms bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare w webhook_subscriptions; v_now timestamptz; v_due webhook_deliveries; v_next timestamptz;
begin
  select * into w from webhook_subscriptions where workspace_id = p_ws and id = p_id for update;
  if not found or w.state <> 'live' then return jsonb_build_object('kind', 'off'); end if;
  v_now := clock_timestamp();
  if w.lease_until > v_now and w.claim_id is distinct from p_claim then return jsonb_build_object('kind', 'taken'); end if;
  select min(d.next_at) into v_next from webhook_deliveries d where d.workspace_id = p_ws and d.subscription_id = p_id and d.state = 'pending';
  if v_next is not null then v_next := greatest(v_next, w.paused_until); end if;
  if coalesce(v_next, 'infinity') > v_now then
    update webhook_subscriptions set claim_id = null, lease_until = null where workspace_id = p_ws and id = p_id;
    if v_next is not null then perform webhook_order(p_ws, p_id, v_next); end if;
    return jsonb_build_object('kind', 'idle');
  end if;
  select * into v_due from webhook_deliveries d
    where d.workspace_id = p_ws and d.subscription_id = p_id and d.state = 'pending' and d.next_at <= v_now order by d.next_at, d.seq limit 1;
  update webhook_subscriptions set claim_id = p_claim, lease_until = v_now + p_lease_ms * interval '1 ms' where workspace_id = p_ws and id = p_id;
  return jsonb_build_object('kind', 'due', 'seq', v_due.seq::text, 'attempts', v_due.attempts, 'failures', w.failures, 'url', w.url,
    'secrets', (select jsonb_agg(jsonb_build_object('id', k.id, 'sealed', k.sealed) order by k.created_at desc) from webhook_secrets k
      where k.workspace_id = p_ws and k.subscription_id = p_id and coalesce(k.expires_at, 'infinity') > v_now),
    'row', (select jsonb_build_object('id', l.id::text, 'at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'kind', l.kind,
        'subjectId', l.subject_id, 'ownerId', l.user_id, 'actor', jsonb_build_object('kind', l.actor_kind, 'id', l.actor_id), 'body', l.body)
      from log_sealed s join log l on l.workspace_id = p_ws and l.id = s.log_id where s.workspace_id = p_ws and s.seq = v_due.seq));
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_fan_out(p_ws text, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare v_from bigint; v_to bigint; v_told uuid;
begin
  perform lock_head(p_ws, 'webhooks', '');
  select c.seq into v_from from webhook_cursors c where c.workspace_id = p_ws;
  select max(s.seq) + 1 into v_to from (select seq from log_sealed where workspace_id = p_ws and seq >= v_from order by seq limit p_limit) s;
  if v_to is null then return 0; end if;
  for v_told in
    with made as (
      insert into webhook_deliveries (workspace_id, subscription_id, seq)
      select p_ws, w.id, s.seq from log_sealed s
        join log l on l.workspace_id = p_ws and l.id = s.log_id
        join webhook_subscriptions w on w.workspace_id = p_ws and w.state = 'live' and s.seq >= w.from_seq and l.kind = any (w.events)
          and w.subscriber_id = case when w.subscriber_kind = 'person' then l.user_id
            else coalesce(l.body ->> 'agentId', case l.actor_kind when 'agent' then l.actor_id end) end
      where s.workspace_id = p_ws and s.seq >= v_from and s.seq < v_to
      on conflict do nothing returning subscription_id
    ) select distinct subscription_id from made
  loop
    perform webhook_order(p_ws, v_told, clock_timestamp());
  end loop;
  update webhook_cursors set seq = v_to where workspace_id = p_ws;
  return v_to - v_from;
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_order(p_ws text, p_id uuid, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform graphile_worker.add_job('deliver-webhooks', json_build_object('workspaceId', p_ws, 'subscriptionId', p_id),
    job_key := 'webhooks ' || p_ws || '/' || p_id, max_attempts := 8, run_at := p_at);
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_order_due(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare w record; v_count int := 0;
begin
  for w in select s.workspace_id, s.id from webhook_subscriptions s
      where s.state = 'live' and coalesce(s.lease_until, '-infinity') < clock_timestamp() and coalesce(s.paused_until, '-infinity') < clock_timestamp()
        and exists (select from webhook_deliveries d where d.workspace_id = s.workspace_id and d.subscription_id = s.id and d.state = 'pending' and d.next_at <= clock_timestamp())
      order by s.workspace_id, s.id limit p_limit loop
    perform webhook_order(w.workspace_id, w.id, clock_timestamp());
    v_count := v_count + 1;
  end loop;
  return v_count;
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_secret_reseal(p_ws text, p_id uuid, p_from text, p_to text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update webhook_secrets set sealed = p_to where workspace_id = p_ws and id = p_id and sealed = p_from;
  return found;
end $function$;
CREATE OR REPLACE FUNCTION public.webhook_view(w webhook_subscriptions)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('id', w.id, 'url', w.url, 'events', w.events, 'state', w.state,
    'createdAt', to_char(w.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
$function$;

-- triggers
CREATE TRIGGER bookable_calendars_begin AFTER INSERT ON public.bookable_calendars FOR EACH ROW EXECUTE FUNCTION bookable_calendars_begin();
CREATE TRIGGER bookings_calendar_ended BEFORE UPDATE OF state ON public.bookings FOR EACH ROW WHEN ((new.calendar_id ~~ '%/%'::text)) EXECUTE FUNCTION booking_calendar_orders();
CREATE TRIGGER bookings_calendar_made BEFORE INSERT ON public.bookings FOR EACH ROW WHEN ((new.calendar_id ~~ '%/%'::text)) EXECUTE FUNCTION booking_calendar_orders();
CREATE TRIGGER cached_events_block_changed AFTER UPDATE ON public.cached_events REFERENCING NEW TABLE AS now_cached FOR EACH STATEMENT EXECUTE FUNCTION cached_events_block();
CREATE TRIGGER cached_events_block_made AFTER INSERT ON public.cached_events REFERENCING NEW TABLE AS now_cached FOR EACH STATEMENT EXECUTE FUNCTION cached_events_block();
CREATE TRIGGER cached_events_unblock AFTER DELETE ON public.cached_events REFERENCING OLD TABLE AS was_cached FOR EACH STATEMENT EXECUTE FUNCTION cached_events_unblock();
CREATE TRIGGER intents_end_in_calendars AFTER UPDATE ON public.intents FOR EACH ROW WHEN (((new.state = 'DONE'::text) AND ((old.state <> 'DONE'::text) OR (old.correction IS DISTINCT FROM new.correction)))) EXECUTE FUNCTION intents_end_in_calendars();
CREATE TRIGGER intents_outcome_stands BEFORE UPDATE ON public.intents FOR EACH ROW EXECUTE FUNCTION intents_outcome_stands();
CREATE TRIGGER log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log FOR EACH STATEMENT EXECUTE FUNCTION log_append_only();
CREATE TRIGGER log_checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION log_append_only();
CREATE TRIGGER log_sealed_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_sealed FOR EACH STATEMENT EXECUTE FUNCTION log_append_only();
CREATE TRIGGER record_versions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.record_versions FOR EACH STATEMENT EXECUTE FUNCTION log_append_only();

-- policies

-- rights on tables, views and sequences
grant select on _prisma_migrations to ifmatch_app;
grant delete, insert, select, update on accounts to ifmatch_app;
grant select on agent_ranks to ifmatch_app;
grant select on agents to ifmatch_app;
grant select on approvals to ifmatch_app;
grant select on availability_rules to ifmatch_app;
grant select on bookable_calendars to ifmatch_app;
grant select on booking_events to ifmatch_app;
grant select on booking_questions to ifmatch_app;
grant select on bookings to ifmatch_app;
grant select on cached_events to ifmatch_app;
grant delete, insert, select, update on calendar_choices to ifmatch_app;
grant delete, insert, select on careless_bookings to ifmatch_app;
grant delete, insert, select, update on chat_turns to ifmatch_app;
grant select on conflicts to ifmatch_app;
grant delete, insert, select, update on connections to ifmatch_app;
grant select on heads to ifmatch_app;
grant select on holds to ifmatch_app;
grant select on intents to ifmatch_app;
grant delete, insert, select, update on invitations to ifmatch_app;
grant select on log to ifmatch_app;
grant select on log_checkpoints to ifmatch_app;
grant select on log_sealed to ifmatch_app;
grant delete, select on log_texts to ifmatch_app;
grant select on log_unsealed to ifmatch_app;
grant delete, insert, select, update on members to ifmatch_app;
grant select on model_choices to ifmatch_app;
grant select on outside_blocks to ifmatch_app;
grant delete, insert, select, update on proposal_operations to ifmatch_app;
grant delete, insert, select, update on proposals to ifmatch_app;
grant select on record_claims to ifmatch_app;
grant select on record_versions to ifmatch_app;
grant select on record_views to ifmatch_app;
grant select on records to ifmatch_app;
grant delete, insert, select, update on sessions to ifmatch_app;
grant select on sync_channels to ifmatch_app;
grant select on synced_calendars to ifmatch_app;
grant select on taken_slots to ifmatch_app;
grant delete, insert, select, update on text_keys to ifmatch_app;
grant select on token_buckets to ifmatch_app;
grant delete, insert, select, update on users to ifmatch_app;
grant select on webhook_cursors to ifmatch_app;
grant select on webhook_deliveries to ifmatch_app;
grant select on webhook_secrets to ifmatch_app;
grant select on webhook_subscriptions to ifmatch_app;
grant delete, insert, select, update on workspaces to ifmatch_app;

-- rights on columns
grant select (agent_id) on agent_keys to ifmatch_app;
grant select (created_at) on agent_keys to ifmatch_app;
grant select (created_by) on agent_keys to ifmatch_app;
grant select (expires_at) on agent_keys to ifmatch_app;
grant select (id) on agent_keys to ifmatch_app;
grant select (revoked_at) on agent_keys to ifmatch_app;
grant select (scopes) on agent_keys to ifmatch_app;
grant select (workspace_id) on agent_keys to ifmatch_app;

-- rights on functions (none shown: everybody may execute)
grant execute on function agent_add(p_ws text, p_id text, p_name text, p_log jsonb) to ifmatch_app;
grant execute on function agent_add_to_list(p_ws text, p_owner text, p_id text, p_name text, p_most integer, p_log jsonb) to ifmatch_app;
grant execute on function agent_key_issue(p_ws text, p_key jsonb, p_log jsonb) to ifmatch_app;
grant execute on function agent_key_revoke(p_ws text, p_agent text, p_id text, p_log jsonb) to ifmatch_app;
grant execute on function agent_key_use(p_ws text, p_id text, p_hash text, p_per_second double precision, p_burst double precision) to ifmatch_app;
grant execute on function agent_revoke(p_ws text, p_id text, p_log jsonb) to ifmatch_app;
grant execute on function agent_revoke_own(p_ws text, p_id text, p_by text, p_log jsonb) to ifmatch_app;
grant execute on function agents_rank(p_ws text, p_owner text, p_agents text[], p_log jsonb) to ifmatch_app;
grant execute on function agents_rank_seen(p_ws text, p_owner text, p_seen text[], p_agents text[], p_log jsonb) to ifmatch_app;
grant execute on function availability_rules_put(p_ws text, p_user text, p_buffer integer, p_focus jsonb, p_log jsonb) to ifmatch_app;
grant execute on function booking_answer(p_ws text, p_question uuid, p_user text, p_choice text, p_log jsonb) to ifmatch_app;
grant execute on function booking_ask(p_ws text, p jsonb) to ifmatch_app;
grant execute on function booking_ask_all(p_ws text, p jsonb) to ifmatch_app;
grant execute on function booking_block(p_ws text, p_owner text, p_calendar text, p_source text, p_id text, p_from timestamp with time zone, p_to timestamp with time zone) to ifmatch_app;
grant execute on function booking_calendar_begin(p_ws text, p_id uuid, p_state text, p_attempt integer, p_wait_ms bigint) to ifmatch_app;
grant execute on function booking_calendar_due(p_limit integer, p_every_ms bigint) to ifmatch_app;
grant execute on function booking_calendar_rest(p_ws text, p_id uuid, p_state text, p_attempt integer, p_event_state text, p_wait_ms bigint) to ifmatch_app;
grant execute on function booking_clock() to ifmatch_app;
grant execute on function booking_close_calendar(p_ws text, p_owner text, p_calendar text, p_log jsonb) to ifmatch_app;
grant execute on function booking_event_kept(p_ws text, p_key text) to ifmatch_app;
grant execute on function booking_expire_due(p_limit integer) to ifmatch_app;
grant execute on function booking_forget_keys(p_limit integer) to ifmatch_app;
grant execute on function booking_instant(p timestamp with time zone) to ifmatch_app;
grant execute on function booking_put_calendar(p_ws text, p_owner text, p_calendar text, p_name text, p_hold_ms integer, p_bump_ms integer, p_max_holds integer, p_log jsonb) to ifmatch_app;
grant execute on function booking_slot(p_from timestamp with time zone, p_to timestamp with time zone) to ifmatch_app;
grant execute on function booking_unblock(p_ws text, p_owner text, p_calendar text, p_source text, p_id text) to ifmatch_app;
grant execute on function booking_write_at_once(p_ws text, p_owner text, p_calendar text, p_at_once boolean, p_log jsonb) to ifmatch_app;
grant execute on function channel_closed(p_ws text, p_id uuid) to ifmatch_app;
grant execute on function channel_opened(p_ws text, p_id uuid, p_channel text, p_resource text, p_expires timestamp with time zone) to ifmatch_app;
grant execute on function channel_opening(p_ws text, p_id uuid, p_connection text, p_calendar text, p_token_hash text) to ifmatch_app;
grant execute on function conflict_answer(p_ws text, p_case uuid, p_user text, p_choice text, p_next jsonb, p_log jsonb) to ifmatch_app;
grant execute on function conflict_open(p_ws text, p_proposal text, p_position integer, p_case jsonb, p_outcome jsonb, p_logs jsonb) to ifmatch_app;
grant execute on function head_claim(p_ws text, p_kind text, p_id text, p_lease_ms bigint) to ifmatch_app;
grant execute on function head_release(p_ws text, p_kind text, p_id text, p_claim uuid) to ifmatch_app;
grant execute on function intent_correct(p_ws text, p_id uuid, p_correction jsonb, p_operation jsonb, p_log jsonb) to ifmatch_app;
grant execute on function intent_defer(p_ws text, p_id uuid, p_claim uuid, p_wait_ms bigint) to ifmatch_app;
grant execute on function intent_finish(p_ws text, p_id uuid, p_claim uuid, p_outcome jsonb, p_version text, p_operation jsonb, p_case jsonb, p_proposal_state text, p_logs jsonb) to ifmatch_app;
grant execute on function intent_prepare(p_ws text, p jsonb, p_log jsonb, p_more_logs jsonb) to ifmatch_app;
grant execute on function intent_reclaim(p_limit integer, p_lease_ms bigint) to ifmatch_app;
grant execute on function intent_sent(p_ws text, p_id uuid, p_claim uuid, p_need_ms bigint) to ifmatch_app;
grant execute on function intents_outcome_stands() to ifmatch_app;
grant execute on function lock_head(p_ws text, p_kind text, p_id text) to ifmatch_app;
grant execute on function log_append(p_ws text, p_row jsonb) to ifmatch_app;
grant execute on function log_append_all(p_ws text, p_rows jsonb) to ifmatch_app;
grant execute on function log_append_only() to ifmatch_app;
grant execute on function log_seal(p_ws text, p_from bigint, p_rows jsonb, p_root text, p_frontier jsonb, p_note text) to ifmatch_app;
grant execute on function model_budget_take(p_ws text, p_bucket text, p_per_second double precision, p_burst double precision, OUT tokens double precision, OUT passed boolean) to ifmatch_app;
grant execute on function model_choose(p_ws text, p jsonb) to ifmatch_app;
grant execute on function model_key_reseal(p_ws text, p_from text, p_to text) to ifmatch_app;
grant execute on function proposal_approve(p_ws text, p_proposal text, p_user text, p_plan_hash text, p_ttl_ms bigint, p_log jsonb) to ifmatch_app;
grant execute on function race_close(p_ws text, p_owner text) to ifmatch_app;
grant execute on function race_open(p_ws text, p_owner text, p_ids text[], p_names text[], p_hold_ms integer, p_bump_ms integer, p_log jsonb) to ifmatch_app;
grant execute on function record_admit(p_ws text, p jsonb) to ifmatch_app;
grant execute on function record_claim(p_ws text, p_key text, p_actor jsonb, p_ttl_ms bigint) to ifmatch_app;
grant execute on function record_claim_act(p_ws text, p_op text, p_key text, p_actor jsonb, p_claim text, p_ttl_ms bigint) to ifmatch_app;
grant execute on function record_publish(p_ws text, p jsonb) to ifmatch_app;
grant execute on function record_sweep(p_limit integer) to ifmatch_app;
grant execute on function record_views_forget(p_limit integer) to ifmatch_app;
grant execute on function record_views_moved(p_ws text, p_agent text, p_run uuid) to ifmatch_app;
grant execute on function record_views_note(p_ws text, p_agent text, p_run uuid, p_views jsonb) to ifmatch_app;
grant execute on function split_is_half(p_ws text, p_proposal text) to ifmatch_app;
grant execute on function split_settle(p_ws text, p_proposal text, p_stands jsonb, p_case jsonb, p_logs jsonb) to ifmatch_app;
grant execute on function split_take_back(p_ws text, p_proposal text, p_operation jsonb, p_logs jsonb) to ifmatch_app;
grant execute on function sync_apply(p_ws text, p_connection text, p_calendar text, p_run bigint, p_changed jsonb, p_removed jsonb, p_stale jsonb, p_cursor text, p_window_from timestamp with time zone, p_window_to timestamp with time zone, p_next_ms bigint) to ifmatch_app;
grant execute on function sync_begin(p_ws text, p_connection text, p_calendar text) to ifmatch_app;
grant execute on function sync_calendars(p_ws text, p_connection text, p_user text, p_calendars text[]) to ifmatch_app;
grant execute on function sync_due(p_limit integer, p_every_ms bigint) to ifmatch_app;
grant execute on function sync_failed(p_ws text, p_connection text, p_calendar text, p_run bigint, p_wait_ms bigint, p_lost boolean) to ifmatch_app;
grant execute on function sync_forget(p_ws text, p_connection text) to ifmatch_app;
grant execute on function webhook_ask(p_ws text, p jsonb) to ifmatch_app;
grant execute on function webhook_attempted(p_ws text, p_id uuid, p_claim uuid, p_seq bigint, p jsonb) to ifmatch_app;
grant execute on function webhook_claim(p_ws text, p_id uuid, p_claim uuid, p_lease_ms bigint) to ifmatch_app;
grant execute on function webhook_fan_out(p_ws text, p_limit integer) to ifmatch_app;
grant execute on function webhook_order_due(p_limit integer) to ifmatch_app;
grant execute on function webhook_secret_reseal(p_ws text, p_id uuid, p_from text, p_to text) to ifmatch_app;
