/** How many connections PostgreSQL takes of this program. */
import { sql, type Kysely } from 'kysely';

/**
 * Of all servers together: what the server, the database and the role allow, without those that are reserved for
 * superusers and others (PostgreSQL, "Connections and Authentication"; `pg_roles`, `pg_database`).
 */
export async function connectionLimitOf<T>(db: Kysely<T>): Promise<number> {
  const { rows } = await sql<{ most: number }>`
    select least(
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
    ) as most`.execute(db);
  return Number(rows[0]?.most);
}
