/** Another program that holds SQLite's file, as a copy or a migration by hand does. */
import Database from 'libsql';

/** Takes the lock for writing. @returns lets it go */
export function lockStore(file: string): () => void {
  const database = new Database(file);
  database.pragma('busy_timeout = 5000');
  database.exec('begin immediate');
  return () => {
    database.exec('rollback');
    database.close();
  };
}
