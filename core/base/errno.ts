// What the system said when it refused a file operation, in words.

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'another program holds it',
  EBUSY: 'another program is using it',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  EIO: 'the disk reported an error',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the path is too long',
  ENFILE: 'the system has too many files open',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a directory',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
};

/** The system's error name such as `ENOSPC`, or undefined when `error` did not come from the system. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Half a sentence that says why, such as `the disk is full`; the error's own name or text when it is not a known one. */
export function errnoSentence(error: unknown): string {
  const errno = errnoOf(error);
  if (errno !== undefined) return SENTENCES[errno] ?? `the system answered ${errno}`;
  return error instanceof Error ? error.message : String(error);
}
