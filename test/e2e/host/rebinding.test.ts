// A real browser on a page of another origin, and on one whose name means 127.0.0.1: neither reads nor does anything.
import { createServer } from 'node:http';
import { chromium, type Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM_FLAGS } from '../../support/chromium-flags.ts';
import { playedGateway } from '../../support/http-gateway-rig.ts';
import { until } from '../../support/until.ts';
import { webRig } from '../../support/web-rig.ts';

const FLAGS = [...CHROMIUM_FLAGS, '--host-resolver-rules=MAP evil.test 127.0.0.1'];

/** Each tries to reach `target` and gives what it could read. Runs in the page. */
const ATTACKS: Readonly<Record<string, string>> = {
  'fetch cors':
    "(await fetch(u + '/rpc/system/status', {method:'POST', headers:{'content-type':'application/json'}, body:'{}'})).text()",
  'fetch no-cors': "(await fetch(u + '/rpc/system/status', {method:'POST', mode:'no-cors', body:'{}'})).text()",
  'fetch page': "(await fetch(u + '/')).text()",
  'guess token':
    "(await fetch(u + '/rpc/system/status', {method:'POST', headers:{authorization:'Bearer x','content-type':'application/json'}, body:'{}'})).text()",
  xhr: "await new Promise(r => { const x = new XMLHttpRequest(); x.open('POST', u + '/rpc/system/status'); x.onload = () => r(x.responseText); x.onerror = () => r(''); x.send('{}'); })",
  form: "await new Promise(r => { const f = document.createElement('form'); f.method = 'POST'; f.action = u + '/rpc/system/revokeWeb'; f.target = 'sink'; const i = document.createElement('iframe'); i.name = 'sink'; i.onload = () => { try { r(i.contentDocument.body.innerText) } catch { r('') } }; document.body.append(i, f); f.submit(); setTimeout(() => r(''), 500); })",
  beacon:
    "(navigator.sendBeacon(u + '/rpc/system/stop', new Blob(['{}'], {type:'application/x-www-form-urlencoded'})), '')",
  image:
    "await new Promise(r => { const i = new Image(); i.onload = () => r('image loaded'); i.onerror = () => r(''); i.src = u + '/rpc/system/status'; })",
  script:
    "await new Promise(r => { const s = document.createElement('script'); s.onload = () => r('script ran'); s.onerror = () => r(''); s.src = u + '/assets/app-abc.js'; document.head.append(s); })",
  'event source':
    "await new Promise(r => { const e = new EventSource(u + '/rpc/system/events'); e.onmessage = (m) => r(m.data); e.onerror = () => { e.close(); r(''); }; })",
  'web socket':
    "await new Promise(r => { const w = new WebSocket(u.replace('http', 'ws') + '/'); w.onopen = () => r('web socket open'); w.onerror = () => r(''); })",
  frame:
    "await new Promise(r => { const i = document.createElement('iframe'); i.onload = () => { try { r(i.contentDocument.body.innerText) } catch { r('') } }; i.src = u + '/'; document.body.append(i); setTimeout(() => r(''), 500); })",
};

/** A page of another origin in a real browser. */
async function hostilePage(): Promise<Page> {
  const attacker = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<body>evil'));
  attacker.listen(0, '127.0.0.1');
  onTestFinished(() => void attacker.close());
  await until(() => attacker.listening, 'the attacker listens');
  const address = attacker.address();
  const evil = `http://evil.test:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(evil);
  return page;
}

/** Every attack on every target reads nothing. The second target is what a page sees after its name was rebound to us. */
async function attack(page: Page, targets: readonly string[], pathOf = (script: string) => script): Promise<void> {
  for (const target of targets) {
    for (const [name, script] of Object.entries(ATTACKS)) {
      const source = `(async () => { const u = ${JSON.stringify(target)}; try { return String(${pathOf(script)}); } catch { return ''; } })()`;
      const read = await page.evaluate(source);
      expect([target, name, read]).toEqual([target, name, '']);
    }
  }
}

describe('GW-07 a hostile page', () => {
  it('reads nothing and does nothing, from another origin or by a rebound name', async () => {
    const rig = await webRig();
    rig.token();
    const page = await hostilePage();
    await attack(page, [rig.host.base, `http://evil.test:${rig.port}`]);
    const rebound = await page.goto(`http://evil.test:${rig.port}/`);
    expect(rebound?.status()).toBe(403);
    expect(rig.calls()).toBe(0);
    expect(rig.sessions.size).toBe(1);
  });

  it('does the same nothing at the HTTP gateway, even when it knows the secret of a path', async () => {
    const { clients, host, sessions, base } = await playedGateway();
    const { token } = clients.add({ name: 'suite', openPath: true });
    const path = `/mcp/o/${token}/s/recorder`;
    const page = await hostilePage();
    await attack(page, [base, `http://evil.test:${host.port}`], (script) =>
      script.replaceAll(/\/rpc\/[A-Za-z/]+|\/assets\/app-abc\.js/g, path),
    );
    expect((await page.goto(`http://evil.test:${host.port}${path}`))?.status()).toBe(403);
    expect(sessions).toEqual([]);
    expect(host.refused.get('host')).toBeGreaterThan(5);
    expect(host.refused.get('origin')).toBeGreaterThan(3);
  });

  it('does not keep the own page from working', async () => {
    const rig = await webRig();
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${rig.host.base}/#code=x`);
    const token = rig.token();
    const status = await page.evaluate(
      `fetch('/rpc/system/status', {method:'POST', headers:{authorization:'Bearer ${token}','content-type':'application/json'}, body:'{}'}).then(r => r.status)`,
    );
    expect(status).toBe(200);
  });
});
