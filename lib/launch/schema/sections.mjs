/**
 * What a snapshot says, section by section: a title and a query for one column of text, in an order that follows from names alone.
 * What extensions bring along, and Prisma's own table, are left out.
 * @type {[title: string, query: string][]}
 */
export const SECTIONS = [
  [
    "extensions",
    `select format('create extension %I', extname) from pg_extension where extname <> 'plpgsql' order by extname`,
  ],
  [
    "types",
    `select format('create type %I as enum (%s)', t.typname, string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder))
     from pg_type t join pg_enum e on e.enumtypid = t.oid where t.typnamespace = 'public'::regnamespace group by t.typname order by t.typname`,
  ],
  [
    "sequences",
    `select format('create sequence %I as %s increment %s', sequencename, data_type, increment_by) from pg_sequences where schemaname = 'public' order by 1`,
  ],
  [
    "tables",
    `select format(E'create %stable %I (\\n%s\\n)%s%s', case c.relpersistence when 'u' then 'unlogged ' else '' end, c.relname,
       string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
         case when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
           when a.attidentity <> '' then ' generated as identity'
           when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end), E',\\n' order by a.attnum),
       case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
       case when c.relrowsecurity then ' -- row security' else '' end)
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_prisma_migrations'
     group by c.oid, c.relname order by c.relname`,
  ],
  [
    "constraints",
    `select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
     from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 't' and conrelid <> 'public._prisma_migrations'::regclass
     order by conrelid::regclass::text, conname`,
  ],
  [
    "indexes",
    `select indexdef from pg_indexes i where schemaname = 'public' and tablename <> '_prisma_migrations'
       and not exists (select from pg_constraint k where k.connamespace = 'public'::regnamespace and k.conname = i.indexname and k.contype in ('p', 'u', 'x'))
     order by tablename, indexname`,
  ],
  [
    "views",
    `select format(E'create view %I as\\n%s', viewname, rtrim(definition, ';')) from pg_views where schemaname = 'public' order by viewname`,
  ],
  [
    "functions",
    `select rtrim(pg_get_functiondef(p.oid), E'\\n') from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     order by p.proname, pg_get_function_identity_arguments(p.oid)`,
  ],
  [
    "triggers",
    `select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'public'::regnamespace and not t.tgisinternal order by c.relname, t.tgname`,
  ],
  [
    "policies",
    `select format('create policy %I on %I for %s to %s using (%s) with check (%s)', policyname, tablename, lower(cmd), array_to_string(roles, ', '),
       coalesce(qual, ''), coalesce(with_check, ''))
     from pg_policies where schemaname = 'public' order by tablename, policyname`,
  ],
  [
    "rights on tables, views and sequences",
    `select format('grant %s on %I to %s', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type), c.relname,
       case g.grantee when 0 then 'public' else g.grantee::regrole::text end)
     from pg_class c cross join aclexplode(c.relacl) g
     where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner group by c.relname, g.grantee
     order by c.relname, g.grantee::regrole::text`,
  ],
  [
    "rights on columns",
    `select format('grant %s (%I) on %I to %s', lower(g.privilege_type), a.attname, c.relname, case g.grantee when 0 then 'public' else g.grantee::regrole::text end)
     from pg_class c join pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) g
     where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner order by c.relname, a.attname, g.grantee::regrole::text, g.privilege_type`,
  ],
  [
    "rights on functions (none shown: everybody may execute)",
    `select format('grant execute on function %I(%s) to %s', p.proname, pg_get_function_identity_arguments(p.oid),
       case g.grantee when 0 then 'public' else g.grantee::regrole::text end)
     from pg_proc p cross join aclexplode(p.proacl) g
     where p.pronamespace = 'public'::regnamespace and g.grantee <> p.proowner and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     order by p.proname, pg_get_function_identity_arguments(p.oid), g.grantee::regrole::text`,
  ],
]
