// Lets a person answer, in Portolan's own window, the elicitation that a client cannot: a layer between a client and a server of
// the same generation. It must not know windows; without anybody there it changes nothing.
import type { Era } from '../connections/era.ts';
import type { Upstream } from '../connections/upstream.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { Human } from './human.ts';
import { openLegacyAnswers } from './human-answers-legacy.ts';
import { openModernAnswers } from './human-answers-modern.ts';

export interface HumanAnswersOptions extends Omit<BridgeOptions, 'startMs' | 'clock'> {
  readonly human: Human;
}

/**
 * Opens the server and stands in front of it.
 * @throws PortolanError whatever opening the connection throws
 */
export function openWithHumanAnswers(options: HumanAnswersOptions, era: Era): Promise<Upstream> {
  return era === 'modern' ? openModernAnswers(options) : openLegacyAnswers(options);
}
