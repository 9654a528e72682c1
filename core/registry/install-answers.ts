// From the inputs of a description to the questions of a form, and from a person's answers to texts. A description can
// name no secret and no variable of this computer: only what a person typed may hold references.
import { PortolanError } from '../../shared/errors.ts';
import type { InstallInput } from '../../shared/model/registry.ts';
import type { ArgumentTemplate, InputTemplate } from './server-json.ts';

/** What a person answered: texts by the id of the question; for a secret, the reference under which it is kept. */
export type Answers = Readonly<Record<string, string>>;

const MAX_ANSWER = 20_000;

/** The questions of one input: itself, or the variables of its fixed value. */
export function questionsOf(id: string, where: InstallInput['where'], input: InputTemplate): InstallInput[] {
  if (input.value === undefined) return [question(id, where, input)];
  return namesIn(input.value).flatMap((name) => {
    const variable = input.variables.get(name);
    if (variable === undefined || variable.value !== undefined) return [];
    const secret = variable.isSecret || input.isSecret;
    return [question(`${id}.${name}`, where, { ...variable, isSecret: secret })];
  });
}

/** The questions of an argument. One that is named and takes no value is asked about as yes or no. */
export function argumentQuestions(id: string, argument: ArgumentTemplate): InstallInput[] {
  if (isSwitch(argument)) {
    if (argument.isRequired) return [];
    return [{ ...question(id, 'argument', argument), format: 'boolean' }];
  }
  return questionsOf(id, 'argument', argument).map((one) => ({ ...one, repeated: argument.isRepeated }));
}

/**
 * The text of an input with the answers in it; undefined when there is none and none is needed.
 * @throws PortolanError INPUT_INVALID naming the question
 */
export function textOfInput(id: string, input: InputTemplate, answers: Answers): string | undefined {
  if (input.value === undefined) return answerOf(id, input, answers);
  let missing = false;
  const text = input.value.replaceAll(/\{([\w.-]+)\}/g, (whole, name: string) => {
    const variable = input.variables.get(name);
    // A name that is not explained stays as it is.
    if (variable === undefined) return whole;
    const answer = variable.value ?? answerOf(`${id}.${name}`, variable, answers);
    missing ||= answer === undefined;
    return answer ?? '';
  });
  return missing && !input.isRequired && text === '' ? undefined : text;
}

/** The words of an argument, one for each that the program gets. @throws PortolanError INPUT_INVALID */
export function wordsOfArgument(id: string, argument: ArgumentTemplate, answers: Answers): string[] {
  const name = argument.kind === 'named' ? [argument.name] : [];
  if (isSwitch(argument)) {
    const isOn = argument.isRequired || answers[id] === 'true';
    return isOn ? name : [];
  }
  if (!argument.isRepeated) {
    const text = textOfInput(id, argument, answers);
    return text === undefined ? [] : [...name, text];
  }
  const given = answers[id] ?? '';
  const lines = given.split('\n').filter((line) => line !== '');
  if (lines.length === 0) {
    const text = textOfInput(id, argument, {});
    return text === undefined ? [] : [...name, text];
  }
  return lines.flatMap((line) => {
    const text = textOfInput(id, argument, { [id]: line });
    return text === undefined ? [] : [...name, text];
  });
}

/** @throws PortolanError INPUT_INVALID for an answer that does not fit; an empty one counts as none */
function answerOf(id: string, input: InputTemplate, answers: Answers): string | undefined {
  const given = Object.hasOwn(answers, id) ? answers[id] : undefined;
  const answer = given === undefined || given === '' ? (input.isSecret ? undefined : input.default) : given;
  if (answer === undefined || answer === '') {
    if (input.isRequired) throw unfit(input, id, 'it is needed and has no value');
    return undefined;
  }
  if (answer.length > MAX_ANSWER || answer.includes('\0')) throw unfit(input, id, 'its value is too long or holds NUL');
  // References are resolved at start: what stands behind them is not known here.
  if (/^\$\{(?:secret|env):[^{}]*\}$/.test(answer)) return answer;
  if (input.choices !== undefined && !input.choices.includes(answer))
    throw unfit(input, id, `it is one of ${input.choices.join(', ')}`);
  if (input.format === 'number' && !/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(answer))
    throw unfit(input, id, 'it is a number');
  if (input.format === 'boolean' && !/^(?:true|false)$/.test(answer)) throw unfit(input, id, 'it is true or false');
  if (input.format === 'filepath' && !/^(?:\/|[A-Za-z]:[\\/]|\\\\|~(?:\/|$))/.test(answer))
    throw unfit(input, id, 'it is a path from the root or from ~');
  return answer;
}

function isSwitch({
  kind,
  value,
  default: preset,
  choices,
  placeholder,
  valueHint,
  format,
  isSecret,
  isRepeated,
}: ArgumentTemplate): boolean {
  const takesValue = value ?? preset ?? choices ?? placeholder ?? valueHint;
  const isTruth = format === 'boolean' && value === undefined;
  return (
    kind === 'named' &&
    (takesValue === undefined || isTruth) &&
    (format === 'string' || isTruth) &&
    !isSecret &&
    !isRepeated
  );
}

function question(id: string, where: InstallInput['where'], input: InputTemplate): InstallInput {
  const { description, placeholder, choices } = input;
  return {
    id,
    where,
    label: input.name || id,
    required: input.isRequired,
    secret: input.isSecret,
    format: input.format,
    repeated: false,
    ...(description !== undefined && { description }),
    ...(placeholder !== undefined && { placeholder }),
    ...(choices !== undefined && { choices: [...choices] }),
    // The default of a secret would be a secret that everybody knows.
    ...(input.default !== undefined && !input.isSecret && { default: input.default }),
  };
}

function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{([\w.-]+)\}/g)].map((match) => match[1] ?? ''))];
}

function unfit(input: InputTemplate, id: string, what: string): PortolanError {
  const name = (input.name || id).slice(0, 80);
  return new PortolanError('INPUT_INVALID', `${name} does not fit: ${what}.`, {
    hint: `Give it a value: --set ${id}=VALUE`,
    data: { input: id },
  });
}
