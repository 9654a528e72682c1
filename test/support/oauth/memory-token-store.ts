// A token store in memory, for those who only read, write and remove.
export class MemoryTokenStore {
  readonly texts = new Map<string, string>();

  read(key: string): Promise<{ text: string } | undefined> {
    const text = this.texts.get(key);
    return Promise.resolve(text === undefined ? undefined : { text });
  }

  write(key: string, text: string): Promise<void> {
    this.texts.set(key, text);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.texts.delete(key);
    return Promise.resolve();
  }
}
