// Zip archives for tests, hostile ones included: entries are written as they are told, without any check.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly data?: string | Buffer;
  /** Unix mode with file type, such as 0o120777 for a symbolic link. */
  readonly mode?: number;
  /** The size that the directory says, when not the true one. */
  readonly saysSize?: number;
  readonly flags?: number;
}

/** The bytes of an archive with `parts`. */
export function makeZip(parts: readonly ZipPart[]): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, data = '', mode = 0o100644, saysSize, flags = 0x800 } of parts) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw);
    const bytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(saysSize ?? raw.length, 18);
    common.writeUInt16LE(bytes.length, 22);
    const body = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, bytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, tail, bytes]));
    bodies.push(body);
    offset += body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from('PK\u0005\u0006'), end]);
}
