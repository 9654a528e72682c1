// The built window's files, from a list: a request can only name an entry of that list, so no path in it can lead
// anywhere else. The list is read at the first page, and again when the page has changed on disk.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
/** Vite puts files whose name holds their hash here. */
const HASHED_PREFIX = '/assets/';

interface StaticFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
}

export interface StaticFiles {
  /** Answers `req` with the file of `pathname`; `/` is index.html. False when there is no such file: nothing was sent. */
  serve(req: IncomingMessage, res: ServerResponse, pathname: string): boolean;
}

/** The files under `root`; those of unknown type are left out. An absent folder is an empty list. */
export function readStaticFiles(root: string): StaticFiles {
  let files: ReadonlyMap<string, StaticFile> = new Map();
  let listedFor: number | undefined;
  return {
    serve: (req, res, pathname) => {
      const name = pathname === '/' ? '/index.html' : pathname;
      if (name === '/index.html' || listedFor === undefined) {
        // A new build has other names; the page that asks for them comes first.
        const changed = statSync(join(root, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
        if (changed !== listedFor) files = new Map(listFiles(root).map((file) => [urlOf(root, file), describe(file)]));
        listedFor = changed;
      }
      const file = files.get(name);
      if (file === undefined) return false;
      // The page itself must never come from a cache: it names the files of this build.
      if (name !== '/index.html') {
        res.setHeader('ETag', file.etag);
        res.setHeader('Cache-Control', name.startsWith(HASHED_PREFIX) ? 'max-age=31536000, immutable' : 'no-cache');
        if (req.headers['if-none-match'] === file.etag) {
          res.writeHead(304).end();
          return true;
        }
      }
      const content = readFileSync(file.path);
      res.writeHead(200, { 'Content-Type': file.type, 'Content-Length': content.length });
      res.end(req.method === 'HEAD' ? undefined : content);
      return true;
    },
  };
}

function listFiles(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && CONTENT_TYPES[extname(entry.name)] !== undefined)
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function urlOf(root: string, file: string): string {
  return `/${relative(root, file).split(sep).join('/')}`;
}

function describe(path: string): StaticFile {
  const etag = `"${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 32)}"`;
  return { path, etag, type: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream' };
}
