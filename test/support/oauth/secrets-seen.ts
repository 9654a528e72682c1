// Everything secret that an authorization server was sent and gave out, by name.
import type { FormRecord } from './oidc-provider-rig.ts';

const SECRET_PARAMETERS = [
  'access_token',
  'assertion',
  'client_secret',
  'code',
  'code_verifier',
  'device_code',
  'id_token',
  'refresh_token',
  'subject_token',
] as const;

/** Name of the parameter with a number → value; each value once. */
export function secretsSeen(forms: readonly FormRecord[], prefix: string): Record<string, string> {
  const names = new Map<string, string>();
  for (const { form, answer } of forms) {
    for (const name of SECRET_PARAMETERS) {
      for (const value of [form[name], answer[name]]) {
        if (typeof value === 'string' && !names.has(value)) names.set(value, `${prefix} ${name} ${names.size + 1}`);
      }
    }
  }
  return Object.fromEntries([...names].map(([value, name]) => [name, value]));
}
