// Bytes of a configuration file to text and back, losing nothing: byte order mark and encoding are kept.

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface FileText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
}

/** Decodes `bytes`; undefined when they are no text in any encoding that configuration files come in. */
export function decodeFile(bytes: Buffer): FileText | undefined {
  const { encoding, bom } = encodingOf(bytes);
  const body = bom ? bytes.subarray(encoding === 'utf-8' ? 3 : 2) : bytes;
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body), encoding, bom };
  } catch {
    return undefined;
  }
}

/** The exact inverse of `decodeFile`. */
export function encodeFile(file: FileText): Buffer {
  const text = file.bom ? `\uFEFF${file.text}` : file.text;
  if (file.encoding === 'utf-8') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf16le');
  return file.encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

function encodingOf(bytes: Buffer): { encoding: Encoding; bom: boolean } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', bom: true };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', bom: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', bom: true };
  // JSON begins with an ASCII character, so a zero byte beside it tells UTF-16 without a mark.
  if (bytes.length >= 2 && bytes[0] === 0 && bytes[1] !== 0) return { encoding: 'utf-16be', bom: false };
  if (bytes.length >= 2 && bytes[0] !== 0 && bytes[1] === 0) return { encoding: 'utf-16le', bom: false };
  return { encoding: 'utf-8', bom: false };
}
