// Which member of a profile a name or an address of the client leads to. It asks members for lists when what is held does not
// tell, and sends nothing itself.
import type { Member } from './member.ts';
import type { ListKind } from './list-kinds.ts';
import type { MemberLists } from './member-lists.ts';
import { plainToolOf } from './offered-names.ts';
import type { OfferedList, Offers } from './offers.ts';
import { matchesTemplate, unwrapUri } from './wrapped-uris.ts';

/** A member and the name or address by which it knows what was asked for. */
export interface Route {
  readonly member: Member;
  readonly key: string;
}

export class Routes {
  readonly #members: () => readonly Member[];
  readonly #lists: MemberLists;
  readonly #offers: Offers;

  constructor(members: () => readonly Member[], lists: MemberLists, offers: Offers) {
    this.#members = members;
    this.#lists = lists;
    this.#offers = offers;
  }

  /** What is offered of this kind by what is held now. */
  offered(kind: ListKind): OfferedList {
    return this.#offers.of(kind, this.#lists.held(kind).lists);
  }

  /** The way to a tool or prompt that can be told at once. */
  known(kind: 'tools' | 'prompts', name: string): Route | undefined {
    const offer = this.offered(kind).byName.get(name);
    if (offer !== undefined) return this.#to(offer.server, offer.key);
    // Of a member that has not listed yet, a plain name tells the tool all the same.
    for (const { server } of this.#lists.held(kind).missing) {
      const key = plainToolOf(server, name);
      if (key !== undefined) return this.#to(server, key);
    }
    return undefined;
  }

  /** The way to a tool or prompt; asks members that may have it. */
  async find(kind: 'tools' | 'prompts', name: string): Promise<Route | undefined> {
    await this.#lists.gather(kind);
    return this.known(kind, name);
  }

  /** Members that may have this address, the likeliest first; one alone when that is certain. */
  async toAddress(uri: string): Promise<Route[]> {
    const certain = this.certainAddress(uri);
    if (certain !== undefined) return [certain];
    await Promise.all([this.#lists.gather('resources'), this.#lists.gather('templates')]);
    const listed = this.certainAddress(uri);
    if (listed !== undefined) return [listed];
    const likely = this.offered('templates').offers.filter(({ key }) => matchesTemplate(key, uri));
    const servers = new Set([...likely.map(({ server }) => server), ...this.#members().map(({ server }) => server)]);
    return [...servers].flatMap((server) => {
      const route = this.#to(server, uri);
      return route === undefined || (route.member.isReady && !route.member.offers('resources')) ? [] : [route];
    });
  }

  /** The one member that an address leads to: it is wrapped for it, or listed by it alone. */
  certainAddress(uri: string): Route | undefined {
    for (const member of this.#members()) {
      const key = unwrapUri(member.server, uri);
      if (key !== undefined) return { member, key };
    }
    const offer = this.offered('resources').byName.get(uri) ?? this.offered('templates').byName.get(uri);
    return offer === undefined ? undefined : this.#to(offer.server, offer.key);
  }

  #to(server: string, key: string): Route | undefined {
    const member = this.#members().find((candidate) => candidate.server === server);
    return member && { member, key };
  }
}
