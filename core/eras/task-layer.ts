// What the layers between sessions and servers know of tasks: a place where they are seen. Types only.
import type { JsonObject } from '../base/json-object.ts';
import type { Era } from '../connections/era.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';

export type Opener = (events: UpstreamEvents) => Promise<Upstream>;

/** The two places at which tasks are seen on the way between one session and a server. The real one belongs to the task tracker. */
export interface TaskLayer {
  session(about: {
    readonly server: string;
    readonly principal: string;
    /** What the server speaks. */
    readonly era: Era;
    /** What the session speaks. */
    readonly dialect: Era;
    readonly client: () => string;
    /** What the server said of itself, when that is known before anybody asks. */
    readonly capabilities?: JsonObject;
  }): {
    /** On the server's side of a bridge. */
    toServer(open: Opener): Opener;
    /** On the client's side. */
    toClient(open: Opener): Opener;
  };
}
