// A change names what changes; everything else stays as it is.
import { describe, expect, it } from 'vitest';
import { serverOptionsPatchSchema, serverOptionsSchema } from '../../../shared/model/server-entry.ts';
import { settingsPatchSchema, settingsSchema } from '../../../shared/model/system.ts';

describe('patch schemas', () => {
  it('add nothing to a change', () => {
    expect(settingsPatchSchema.parse({ firstRunDone: true })).toEqual({ firstRunDone: true });
    expect(serverOptionsPatchSchema.parse({ title: 'x' })).toEqual({ title: 'x' });
  });

  it('know every field that the whole has', () => {
    // The gateway's settings and the values of inputs change by procedures of their own, which are recorded.
    const own = (key: string) => key.startsWith('gateway') || key === 'inputs';
    const plain = Object.keys(settingsSchema.shape).filter((key) => !own(key));
    expect(Object.keys(settingsPatchSchema.shape)).toEqual(plain);
    expect(Object.keys(serverOptionsPatchSchema.shape).sort()).toEqual(Object.keys(serverOptionsSchema.shape).sort());
  });
});
