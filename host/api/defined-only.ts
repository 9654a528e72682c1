// Optional fields of the contract may be present and undefined; the parts behind it want them absent.

type Optional<T> = { [Key in keyof T]?: T[Key] | undefined };
type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** `value` without the fields that are undefined. */
export function definedOnly<T extends object>(value: Optional<T>): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}
