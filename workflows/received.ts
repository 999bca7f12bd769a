/**
 * Validates messages to a run or a branch, which may be any JSON, or nothing, from any client. Handlers must never throw
 * on invalid input: that would block the workflow for good.
 */
import { CHANGEABLE } from '../lib/settings/changeable.ts';
import { fits, isObject, problemWithLengths } from '../lib/settings/fits.ts';
import { cut } from '../lib/settings/printable.ts';
import { valueWords } from '../lib/settings/value-words.ts';
import type { StageProgress } from '../lib/stages/stage.ts';
import { BRANCH_STATES, type BranchChange, type BranchProgress, type BranchSettings } from './messages.ts';

export type Decision = { kind: 'retry'; change: BranchChange } | { kind: 'skip'; reason: string };

const LONGEST_REASON = 1000;

/** Why a message is not a valid retry, if so. @param more fields allowed besides `change` */
export function problemWithRetry(
  settings: BranchSettings,
  message: unknown,
  more: readonly string[] = [],
): string | undefined {
  const problem = problemWithFields(message, [...more, 'change']);
  return problem ?? problemWithChange(settings, field(message, 'change'));
}

/** Why a message is not a valid skip, if so. @param more fields allowed besides `reason` */
export function problemWithSkip(message: unknown, more: readonly string[] = []): string | undefined {
  const problem = problemWithFields(message, [...more, 'reason']);
  const reason = field(message, 'reason');
  const isReason = reason === undefined || (typeof reason === 'string' && reason.length <= LONGEST_REASON);
  return problem ?? (isReason ? undefined : `reason must be text of at most ${LONGEST_REASON} characters`);
}

/** The decision in a valid message. */
export const retryOf = (message: unknown): Decision => ({
  kind: 'retry',
  change: (field(message, 'change') ?? {}) as BranchChange,
});
export function skipOf(message: unknown): Decision {
  const reason = field(message, 'reason');
  return { kind: 'skip', reason: typeof reason === 'string' ? reason : 'skipped by hand' };
}

/** A field of a message of any type. */
export const field = (message: unknown, name: string): unknown =>
  isObject(message) && Object.hasOwn(message, name) ? message[name] : undefined;

function problemWithFields(message: unknown, known: readonly string[]): string | undefined {
  // The Web UI sends nothing if its input is left empty.
  if (message === undefined || message === null) return undefined;
  if (!isObject(message)) return `expected one object, optionally with ${known.join(' and ')}`;
  const foreign = Object.keys(message).find((name) => !known.includes(name));
  return foreign === undefined
    ? undefined
    : `${cut(foreign)}: unknown field; known fields: ${known.join(', ')}`;
}

function problemWithChange(settings: BranchSettings, change: unknown): string | undefined {
  if (change === undefined) return undefined;
  if (!isObject(change)) return 'change must be an object such as {"fineTune": {"batchSize": 4}}';
  for (const [group, fields] of Object.entries(change)) {
    if (!isChangeable(group))
      return `change.${cut(group)}: unknown group; fineTune, generate and filter can be changed`;
    if (!isObject(fields)) return `change.${group} must be an object of settings`;
    for (const [name, value] of Object.entries(fields)) {
      const problem = problemWithField(group, name, value);
      if (problem) return `change.${group}.${cut(name)}: ${problem}`;
    }
  }
  const problem = problemWithLengths(applyChange(settings, change as BranchChange).generate);
  return problem && `change.generate: ${problem}`;
}

function problemWithField(group: keyof BranchChange, name: string, value: unknown): string | undefined {
  const known = CHANGEABLE[group];
  const schema = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!schema) return `unknown field; known fields: ${Object.keys(known).join(', ')}`;
  return fits(schema, value) ? undefined : `${shown(value)} is invalid; expected ${valueWords(schema)}`;
}

/** The settings after a change. */
export function applyChange(settings: BranchSettings, change: BranchChange): BranchSettings {
  return {
    ...settings,
    fineTune: { ...settings.fineTune, ...change.fineTune },
    generate: {
      ...settings.generate,
      ...change.generate,
      // Shares are changed one by one.
      ...(change.generate?.strategies && {
        strategies: { ...settings.generate.strategies, ...change.generate.strategies },
      }),
    },
    filter: { ...settings.filter, ...change.filter },
  };
}

/** A branch updated by a notification; undefined if the notification is invalid. */
export function afterNotification(branch: BranchProgress, notification: unknown): BranchProgress | undefined {
  const state = BRANCH_STATES.find((one) => one === field(notification, 'state'));
  const [kept, reason] = [field(notification, 'kept'), field(notification, 'reason')];
  if (state === undefined || !isAmount(kept) || !(reason === undefined || typeof reason === 'string'))
    return undefined;
  const { reason: _reason, work: _work, ...same } = branch;
  const work = progressFrom(field(notification, 'work'));
  return {
    ...same,
    state,
    kept,
    ...(reason !== undefined && { reason: cut(reason, 2 * LONGEST_REASON) }),
    ...(work && { work }),
  };
}

/** Parses progress of model work; undefined if invalid. */
export function progressFrom(message: unknown): StageProgress | undefined {
  const [phase, unit] = [field(message, 'phase'), field(message, 'unit')];
  const [done, total] = [field(message, 'done'), field(message, 'total')];
  const given = field(message, 'figures') ?? {};
  if (typeof phase !== 'string' || typeof unit !== 'string' || !isAmount(done)) return undefined;
  if (!(total === undefined || isAmount(total)) || !isObject(given)) return undefined;
  const figures = Object.entries(given).filter((entry): entry is [string, number] => isAmount(entry[1]));
  return {
    phase: cut(phase),
    done,
    ...(total !== undefined && { total }),
    unit: cut(unit),
    figures: Object.fromEntries(figures.slice(0, 10).map(([name, value]) => [cut(name), value])),
  };
}

const isChangeable = (group: string): group is keyof BranchChange => Object.hasOwn(CHANGEABLE, group);

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A value for a message; contents of lists and objects are omitted, since they may be nested without end. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : cut(JSON.stringify(value) ?? 'nothing');
}
