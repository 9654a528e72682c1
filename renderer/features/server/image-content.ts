// Decides whether an image from a server may be shown: known raster types, bounded bytes and bounded pixels.

export type ImageVerdict =
  | { readonly kind: 'show'; readonly src: string; readonly width: number; readonly height: number }
  | { readonly kind: 'refuse'; readonly why: string };

const TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const MAX_BASE64 = 8 * 1024 * 1024;
const MAX_SIDE = 8192;

/** `data` is base64 as received. The pixels are read from the header, so that nothing huge is ever decoded. */
export function judgeImage(mimeType: unknown, data: unknown): ImageVerdict {
  if (typeof mimeType !== 'string' || !TYPES.has(mimeType))
    return { kind: 'refuse', why: 'This image type is not shown.' };
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(data))
    return { kind: 'refuse', why: 'The image data is damaged.' };
  if (data.length > MAX_BASE64) return { kind: 'refuse', why: 'The image is larger than 6 MB.' };
  const size = pixelsOf(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
  if (!size) return { kind: 'refuse', why: 'The image data is damaged.' };
  if (size.width > MAX_SIDE || size.height > MAX_SIDE)
    return { kind: 'refuse', why: `The image is larger than ${MAX_SIDE} pixels.` };
  return { kind: 'show', src: `data:${mimeType};base64,${data}`, ...size };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function pixelsOf(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number): string => String.fromCharCode(...bytes.subarray(from, from + length));
  if (bytes.length < 30) return undefined;
  if (text(1, 3) === 'PNG') return { width: view.getUint32(16), height: view.getUint32(20) };
  if (text(0, 3) === 'GIF') return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return webp(view, text(12, 4));
  if (view.getUint16(0) === 0xff_d8) return jpeg(view);
  return undefined;
}

function webp(view: DataView, chunk: string): Size | undefined {
  if (chunk === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
  }
  if (chunk !== 'VP8X') return undefined;
  const side = (at: number): number => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;
  return { width: side(24), height: side(27) };
}

function jpeg(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
