// Checks an audit folder, or a copy of one, without a host: for `portolan audit verify PATH`.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { verifySegments } from '../core/audit/verify.ts';
import { PortolanError } from '../shared/errors.ts';
import type { AuditVerdict } from '../shared/model/audit-record.ts';

/** The verdict on the log in `path`. Throws NOT_FOUND when there is no log. */
export async function verifyAuditPath(path: string): Promise<AuditVerdict> {
  const dir = resolve(path);
  if (!existsSync(join(dir, 'segments'))) {
    throw new PortolanError('NOT_FOUND', `there is no audit log in ${dir}`, {
      hint: 'give the folder that holds "segments", such as the data directory’s "audit"',
    });
  }
  return verifySegments(dir);
}
