/** Databases of a PostgreSQL that tests have started, each for one store. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** @param server the address of any of its databases @returns that of a new and empty one */
export async function makeDatabase(server: string): Promise<string> {
  const name = `store_${randomUUID().replaceAll('-', '')}`;
  await tell(server, `create database ${name}`);
  const made = new URL(server);
  made.pathname = `/${name}`;
  return made.href;
}

/** Also while somebody still uses it. */
export async function dropDatabase(server: string, database: string): Promise<void> {
  await tell(server, `drop database if exists ${new URL(database).pathname.slice(1)} with (force)`);
}

async function tell(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}
