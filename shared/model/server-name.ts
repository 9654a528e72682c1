// What a server in the catalog may be called. Without zod, so that a check of a name loads no schema library.

/** Names that people type and clients see: 1 to 64 of A-Z a-z 0-9 _ . - and no leading dot or dash. */
export const SERVER_NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
