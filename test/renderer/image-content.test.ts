import { describe, expect, it } from 'vitest';
import { judgeImage } from '../../renderer/features/server/image-content.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function pngOf(width: number, height: number): string {
  const bytes = Buffer.from(PIXEL, 'base64');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}

describe('an image from a server', () => {
  it('is shown when it is a small raster image', () => {
    expect(judgeImage('image/png', PIXEL)).toEqual({
      kind: 'show',
      src: `data:image/png;base64,${PIXEL}`,
      width: 1,
      height: 1,
    });
  });

  it.each([
    ['image/svg+xml', PIXEL],
    ['text/html', PIXEL],
    ['image/png"><script>', PIXEL],
    [undefined, PIXEL],
    ['image/png', 'https://x.example/a.png'],
    ['image/png', 'javascript:alert(1)'],
    ['image/png', ''],
    ['image/png', 42],
    ['image/png', Buffer.from('<svg onload=alert(1)>'.repeat(4)).toString('base64')],
    ['image/png', pngOf(50_000, 50_000)],
    ['image/png', 'A'.repeat(9 * 1024 * 1024)],
  ])('TOOL-10 %s is refused', (mimeType, data) => {
    expect(judgeImage(mimeType, data).kind).toBe('refuse');
  });

  it.each([
    ['image/gif', Buffer.concat([Buffer.from('GIF89a'), Buffer.from([3, 0, 2, 0]), Buffer.alloc(24)])],
    [
      'image/jpeg',
      Buffer.concat([
        Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 2, 0, 3]),
        Buffer.alloc(24),
      ]),
    ],
    [
      'image/webp',
      Buffer.concat([
        Buffer.from('RIFF0000WEBPVP8X'),
        Buffer.alloc(8),
        Buffer.from([2, 0, 0, 1, 0, 0]),
        Buffer.alloc(8),
      ]),
    ],
  ])('%s gives its size from the header', (mimeType, bytes) => {
    expect(judgeImage(mimeType, bytes.toString('base64'))).toMatchObject({ kind: 'show', width: 3, height: 2 });
  });
});
