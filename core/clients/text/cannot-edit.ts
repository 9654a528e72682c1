// Why an entry of a file cannot be written or removed without changing bytes that belong to somebody else.

/** `message` is half a sentence without any content of the file, such as `its entry is an alias`. */
export class CannotEdit extends Error {}
