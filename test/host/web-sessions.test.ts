// Codes live two minutes and open one session; sessions end when they are not used.
import { describe, expect, it } from 'vitest';
import { WebSessions } from '../../host/web-sessions.ts';
import { ManualClock } from '../support/manual-clock.ts';

function rig() {
  const clock = new ManualClock();
  const sessions = new WebSessions({ clock });
  const open = (): string => {
    const opened = sessions.redeem(sessions.createCode());
    if (opened.kind !== 'opened') throw new Error('not opened');
    return opened.token;
  };
  return { clock, sessions, open };
}

describe('WebSessions', () => {
  it('GW-04 lets a code open one session within two minutes', () => {
    const { clock, sessions } = rig();
    const [used, late] = [sessions.createCode(), sessions.createCode()];
    clock.advance(119_000);
    expect(sessions.redeem(used).kind).toBe('opened');
    expect(sessions.redeem(used).kind).toBe('refused');
    clock.advance(1_001);
    expect(sessions.redeem(late).kind).toBe('refused');
  });

  it('ends a session after twelve hours without use, but not one with an open stream', () => {
    const { clock, sessions, open } = rig();
    const [idle, streaming] = [open(), open()];
    const outcome = sessions.authenticate(streaming);
    if (outcome.kind === 'session') outcome.session.onEnd.add(() => undefined);
    clock.advance(12 * 3_600_000 + 1);
    expect(sessions.authenticate(idle).kind).toBe('refused');
    expect(sessions.authenticate(streaming).kind).toBe('session');
  });

  it('GW-17 cuts the open responses of all sessions and forgets the codes when all are revoked', () => {
    const { sessions, open } = rig();
    const code = sessions.createCode();
    const outcome = sessions.authenticate(open());
    let cut = 0;
    if (outcome.kind === 'session') outcome.session.onEnd.add(() => void (cut += 1));
    expect(sessions.endAll()).toBe(1);
    expect([cut, sessions.redeem(code).kind, sessions.size]).toEqual([1, 'refused', 0]);
  });
});
