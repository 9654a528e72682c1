import { expect, it } from 'vitest';
import { WholeLines } from '../../cli/whole-lines.ts';

it('lets only whole lines through, however they are cut', () => {
  const text = Buffer.from('{"a":1}\n\n{"b":"é"}\r\n{"half');
  for (let size = 1; size <= text.length; size += 1) {
    const lines = new WholeLines();
    const out: Buffer[] = [];
    for (let at = 0; at < text.length; at += size) {
      out.push(...lines.push(text.subarray(at, at + size)));
      expect(out.length === 0 || out.at(-1)?.at(-1)).toBe(out.length === 0 || 0x0a);
    }
    expect(Buffer.concat(out).toString()).toBe('{"a":1}\n\n{"b":"é"}\r\n');
    expect(Buffer.concat(lines.take()).toString()).toBe('{"half');
  }
});

it('does not hold a line without end', () => {
  const lines = new WholeLines();
  const chunk = Buffer.alloc(1 << 20, 0x20);
  let passed = 0;
  for (let sent = 0; sent < 100; sent += 1) for (const piece of lines.push(chunk)) passed += piece.length;
  expect(passed).toBe(67 * chunk.length);
});
