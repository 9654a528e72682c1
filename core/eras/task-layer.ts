// What the layers between sessions and servers know of tasks: a place where they are seen. Types only.
import type { Era } from '../connections/era.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';

/** Where tasks are seen on the way to a server, in its own generation. The real one belongs to the task tracker. */
export interface TaskLayer {
  open(about: {
    readonly server: string;
    readonly principal: string;
    readonly era: Era;
    /** The session speaks the other generation. */
    readonly isBridged: boolean;
    readonly client: () => string;
    readonly events: UpstreamEvents;
    open(events: UpstreamEvents): Promise<Upstream>;
  }): Promise<Upstream>;
}
