// Rules that the source of the window must keep whatever it does.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../renderer/', import.meta.url));
const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const source = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8');

function offenders(pattern: RegExp, except: readonly string[] = []): string[] {
  return FILES.filter((name) => !except.includes(name) && pattern.test(source(name)));
}

describe('the source of the window', () => {
  it('ELE-18 makes no markup or code from text', () => {
    expect(
      offenders(
        /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcDoc/,
      ),
    ).toEqual([]);
  });

  it('takes only types from models and contract, so that no schema library is bundled', () => {
    expect(offenders(/^import (?!type)[^;]*from '[./]*shared\/(model|contract)\//m, [])).toEqual([]);
    expect(offenders(/from 'zod'/)).toEqual([]);
  });

  it('uses none of the parts that write style elements at run time', () => {
    const parts = /\b(AppShell|SimpleGrid|ColorSchemeScript|hiddenFrom|visibleFrom|getStyleNonce)\b|<(Grid|Flex)\b/;
    expect(offenders(parts)).toEqual([]);
    expect(source('app.tsx')).toContain('withCssVariables={false}');
    expect(source('app.tsx')).toContain('withGlobalClasses={false}');
  });

  it('ICO-01, ICO-02 shows no pictures that servers name: nothing reads their icons, and only checked results are drawn', () => {
    expect(offenders(/\bicons\b(?!-react)/)).toEqual([]);
    expect(offenders(/<img\b|<image\b|new Image\(|background-?image/i, ['features/server/result-view.tsx'])).toEqual(
      [],
    );
  });

  it('names no address outside of the host', () => {
    expect(offenders(/https?:\/\/(?!\))[a-z0-9]/i, ['vite.config.ts'])).toEqual([]);
  });
});
