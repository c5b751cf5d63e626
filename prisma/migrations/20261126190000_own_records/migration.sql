-- A person's own records (lib/domain/preferences.ts): nobody else has ever written one, and no claim keeps its person from it. The app refuses agents before; this holds whatever the app does.
alter table record_versions add constraint record_versions_own
  check (not starts_with(folded, '_people/') or (actor_kind = 'person' and starts_with(folded, lower('_people/' || actor_id || '/'))));
alter table record_claims add constraint record_claims_own check (not starts_with(folded, '_people/'));
