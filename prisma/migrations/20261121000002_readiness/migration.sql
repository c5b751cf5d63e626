-- The runtime role may see which migrations were applied: /readyz refuses to serve on a schema that this build does not know. The table is made by whoever runs
-- migrations, before the first one.
do $$ begin
  if to_regclass('public._prisma_migrations') is not null then
    grant select on public._prisma_migrations to ifmatch_app;
  end if;
end $$;
