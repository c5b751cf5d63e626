-- A plan that stopped is gone on with by a plan of its own, on fresh reads; or its person leaves it at that.
alter table proposals add column continues text, add column rest_left boolean not null default false;
-- pressed twice, or in two tabs: one plan for the rest, until it is dropped
create unique index proposals_continued_once on proposals (workspace_id, continues) where continues is not null and state <> 'dropped';
