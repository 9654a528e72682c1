// When two names are too alike to live side by side.

/** Equal for names that differ only in case or Unicode normal form, as file systems and people confuse them. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
