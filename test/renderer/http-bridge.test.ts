import { describe, expect, it } from 'vitest';
import { codeInFragment, openHttpBridge, type TabWindow } from '../../renderer/bridge/http-bridge.ts';

function tab(hash: string, answer: () => Response) {
  const held = new Map<string, string>();
  const replaced: string[] = [];
  const asked: { url: string; body: string; replacedBefore: number }[] = [];
  const self: TabWindow = {
    location: { origin: 'http://127.0.0.1:9', host: '127.0.0.1:9', hash, pathname: '/', search: '' },
    history: { replaceState: (_data, _unused, url) => replaced.push(String(url)) },
    sessionStorage: {
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => void held.set(key, value),
      removeItem: (key) => void held.delete(key),
    },
    fetch: async (input, init) => {
      asked.push({
        url: typeof input === 'string' ? input : '',
        body: typeof init?.body === 'string' ? init.body : '',
        replacedBefore: replaced.length,
      });
      return answer();
    },
  };
  return { self, held, replaced, asked };
}

describe('a browser tab', () => {
  it('spends the code once and takes it out of the address before it is sent', async () => {
    const { self, held, replaced, asked } = tab('#code=abc', () => Response.json({ token: 't' }));
    await openHttpBridge(self);
    expect(asked).toEqual([{ url: 'http://127.0.0.1:9/session', body: '{"code":"abc"}', replacedBefore: 1 }]);
    expect(replaced).toEqual(['/']);
    expect([...held.values()]).toEqual(['t']);
  });

  it('goes on to the page that the address names, and to no other address', async () => {
    const pages = ['/tasks/1', 'https://example.com/', '//<x>', '/a b'];
    const replacedBy = async (page: string) => {
      const { self, replaced } = tab(`#code=abc&page=${encodeURIComponent(page)}`, () => Response.json({ token: 't' }));
      await openHttpBridge(self);
      return replaced[0];
    };
    expect(await Promise.all(pages.map(replacedBy))).toEqual(['/#/tasks/1', '/', '/', '/']);
  });

  it('leaves pages addressed by the fragment alone', async () => {
    const { self, replaced, asked } = tab('#/activity', () => Response.json({}));
    await openHttpBridge(self);
    expect({ replaced, asked }).toEqual({ replaced: [], asked: [] });
  });

  it('a refused code forgets an older token', async () => {
    const { self, held } = tab('#code=abc', () => new Response('', { status: 401 }));
    held.set('portolan.session', 'old');
    await openHttpBridge(self);
    expect(held.size).toBe(0);
  });

  it('reads a code only from `code=`', () => {
    expect([
      codeInFragment('#code=a%2Bb'),
      codeInFragment('#code='),
      codeInFragment('#/servers'),
      codeInFragment(''),
    ]).toEqual(['a+b', undefined, undefined, undefined]);
  });
});
