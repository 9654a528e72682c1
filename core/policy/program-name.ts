// The words of a command, and programs that only start another one.

export interface Word {
  readonly text: string;
  /** `command` or `args[1]`. */
  readonly at: string;
  /** Its place among the arguments; -1 for the command. */
  readonly argument: number;
}

export type Words = readonly Word[];

/** The name of a program without folders, ending and case: `C:\x\Node.EXE` is `node`. */
export function programName(command: string): string {
  const name = command.split(/[\\/]/).at(-1) ?? '';
  return name.toLowerCase().replace(/\.(?:exe|cmd|bat|com|ps1)$/, '');
}

/** The words from the first that is no option; `takesValue` options hide the word behind them. */
function afterOptions(words: Words, takesValue: RegExp = /^$/): Words {
  for (let index = 0; index < words.length; index += 1) {
    const { text } = words[index] ?? { text: '' };
    if (text === '--') return words.slice(index + 1);
    if (!text.startsWith('-')) return words.slice(index);
    if (takesValue.test(text)) index += 1;
  }
  return [];
}

const plain = (words: Words): Words => afterOptions(words);
const second = (words: Words): Words => afterOptions(words).slice(1);

/** Program that starts another → the words of that other one. */
export const WRAPPERS: ReadonlyMap<string, (words: Words) => Words> = new Map([
  ['env', (words) => afterOptions(words, /^-[uCS]$/).filter(unlessAssigned())],
  ['sudo', (words) => afterOptions(words, /^-[ugpCDhRTrt]$/).filter(unlessAssigned())],
  ['doas', (words) => afterOptions(words, /^-[uC]$/)],
  ['nohup', plain],
  ['setsid', plain],
  ['time', plain],
  ['exec', plain],
  ['command', plain],
  ['eval', plain],
  ['start', plain],
  ['xargs', (words) => afterOptions(words, /^-[adEILnPs]$/)],
  ['nice', (words) => afterOptions(words, /^-n$/)],
  ['ionice', (words) => afterOptions(words, /^-[cnp]$/)],
  ['stdbuf', (words) => afterOptions(words, /^-[ioe]$/)],
  ['timeout', second],
  ['watch', (words) => afterOptions(words, /^-n$/)],
  ['ssh', second],
  ['unshare', plain],
  ['chroot', second],
  ['find', (words) => words.slice(words.findIndex(({ text }) => /^-(?:exec|execdir|ok)$/.test(text)) + 1)],
  ['script', (words) => words.slice(words.findIndex(({ text }) => text === '-c') + 1)],
  ['socat', plain],
]);

/** Leaves out the leading `NAME=VALUE` words. */
function unlessAssigned(): (word: Word) => boolean {
  let begun = false;
  return ({ text }) => {
    begun ||= !/^\w+=/.test(text);
    return begun;
  };
}
