/** Where it is kept who did what. */
import type { AuditEntry } from '../contract/audit.ts';

export interface Recorder {
  /** Resolves when the record is kept for good. @param opens names what goes on from now */
  record(entry: AuditEntry, opens?: string): Promise<void>;
  /** Keeps the end of what was opened, as soon as that can be done. */
  recordEnd(entry: AuditEntry, closes: string): void;
}
