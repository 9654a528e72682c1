// What a container may reach of this computer, and whether its image can change under its name.
import type { CommandRisk } from '../../shared/model/approval.ts';
import type { Word, Words } from './program-name.ts';

const ENGINE = /^(?:docker|podman|nerdctl|finch)$/;
/** Options of `run` that take their value as the next word. */
const TAKES_VALUE =
  /^(?:-[acehlmpuvw]|--(?:name|env|env-file|volume|mount|network|net|publish|workdir|user|entrypoint|label|memory|cpus|platform|pull|add-host|dns|hostname|ipc|pid|userns|uts|cgroupns|security-opt|cap-add|cap-drop|device|gpus|runtime|restart|log-driver|log-opt|tmpfs|ulimit|shm-size|stop-signal|stop-timeout|volumes-from|volume-driver|group-add|init-path|ip|isolation|kernel-memory|link|mac-address|oom-score-adj|sysctl|storage-opt|attach|blkio-weight|cidfile|cpuset-cpus|expose|health-cmd|annotation|detach-keys))$/;
const WHOLE_PLACES =
  /^(?:\/|\/(?:etc|root|home|var|usr|boot|proc|sys|dev|run)\/?|[a-z]:[\\/]?|~\/?|\$\{?HOME\}?\/?|\/users\/?|.*docker\.sock|.*\/\.(?:ssh|aws|kube|gnupg|docker|config)\/?)$/i;

/** Nothing for a program that is no container engine. */
export function containerRisks(name: string, rest: Words): CommandRisk[] {
  if (!ENGINE.test(name)) return [];
  const [action, ...words] = rest;
  if (action === undefined || !/^(?:run|create|exec)$/.test(action.text)) {
    return action === undefined || action.text.startsWith('-')
      ? [{ code: 'HOST_ACCESS', at: action?.at ?? 'command', text: `${name} is told where to run by an option.` }]
      : [];
  }
  const found: CommandRisk[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as Word;
    if (!word.text.startsWith('-')) {
      if (action.text !== 'exec') found.push(...imageRisks(word));
      break;
    }
    const [option, joined] = splitOnce(word.text);
    const value = joined ?? (TAKES_VALUE.test(option) ? words[index + 1]?.text : undefined) ?? '';
    const text = optionRisk(option, value);
    if (text !== undefined) found.push({ code: 'HOST_ACCESS', at: word.at, text });
    if (joined === undefined && TAKES_VALUE.test(option)) index += 1;
  }
  return found;
}

function optionRisk(option: string, value: string): string | undefined {
  if (option === '--privileged') return 'The container gets all rights on this computer.';
  if (/^(?:-v|--volume|--mount)$/.test(option)) {
    const from =
      option === '--mount' ? /(?:source|src)=([^,]*)/.exec(value)?.[1] : /^(?:[a-z]:[^:]*|[^:]*)/i.exec(value)?.[0];
    return from !== undefined && WHOLE_PLACES.test(from)
      ? 'The container can read and change files far beyond its own folder.'
      : undefined;
  }
  if (/^-v./.test(option)) return optionRisk('-v', option.slice(2));
  if (/^--(?:network|net|pid|ipc|userns|uts|cgroupns)$/.test(option) && value === 'host')
    return 'The container shares the network, processes or users of this computer.';
  if (/^--(?:cap-add|device|security-opt|volumes-from|gpus)$/.test(option))
    return 'The container gets more rights or devices than usual.';
  if (option === '--entrypoint') return 'The container runs another program than its image says.';
  if (option === '--env-file') return 'The container is given every variable of a file.';
  return undefined;
}

function imageRisks({ text, at, argument }: Word): CommandRisk[] {
  if (/@sha256:[0-9a-f]{64}$/.test(text)) return [];
  const tag = /:([\w][\w.-]*)$/.exec(text)?.[1];
  if (tag !== undefined && tag !== 'latest') return [];
  const image = tag === undefined ? text : text.slice(0, -tag.length - 1);
  return [
    {
      code: 'UNPINNED',
      at,
      text: 'No version of the image is named: each start may run another one.',
      pin: { argument, before: `${image}:`, after: '' },
    },
  ];
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.startsWith('--') ? text.indexOf('=') : -1;
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
