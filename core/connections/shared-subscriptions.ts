// Which sessions of a shared connection want to hear of which resources: the server is told of the first and of the last.

export class SharedSubscriptions<Member> {
  readonly #byUri = new Map<string, Set<Member>>();

  /** True when nobody had subscribed to it yet. */
  add(member: Member, uri: string): boolean {
    const members = this.#byUri.get(uri) ?? new Set();
    this.#byUri.set(uri, members);
    members.add(member);
    return members.size === 1;
  }

  /** True when nobody is left. */
  remove(member: Member, uri: string): boolean {
    const members = this.#byUri.get(uri);
    members?.delete(member);
    if (members !== undefined && members.size > 0) return false;
    this.#byUri.delete(uri);
    return true;
  }

  of(uri: string): Member[] {
    return [...(this.#byUri.get(uri) ?? [])];
  }

  /** Takes a session out; gives the resources that nobody wants any more. */
  leave(member: Member): string[] {
    const uris = [...this.#byUri].filter(([, members]) => members.has(member)).map(([uri]) => uri);
    return uris.filter((uri) => this.remove(member, uri));
  }
}
