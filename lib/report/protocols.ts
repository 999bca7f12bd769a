import type { Protocol } from '../settings/settings.ts';
import type { Report, ReportedMethods } from './schema.ts';

/** The protocols in the words of a sentence. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  paper: 'at a fixed number of epochs',
  'equal-updates': 'at equal updates',
  tuned: 'with each method tuned',
};

/** What a protocol is, as a sentence. */
export const PROTOCOL_MEANING: Readonly<Record<Protocol, string>> = {
  paper: 'The classifier trains as many epochs with each method, so that more records mean more updates.',
  'equal-updates': 'The classifier gets as many updates with each method as with the largest.',
  tuned:
    'Epochs and learning rate are chosen for each method, by the same search on a part of its training records.',
};

/** The methods by the protocol that the verdict comes from: what charts and tables show where there is room for one. */
export function judgedMethods({
  verdict,
  protocols,
}: Pick<Report, 'verdict' | 'protocols'>): ReportedMethods {
  return protocols[verdict.protocol] ?? {};
}

/** The protocols that were evaluated, the one of the verdict first. */
export function protocolsOf({
  verdict,
  protocols,
}: Pick<Report, 'verdict' | 'protocols'>): [protocol: Protocol, methods: ReportedMethods][] {
  const all = Object.entries(protocols) as [Protocol, ReportedMethods][];
  return [
    ...all.filter(([protocol]) => protocol === verdict.protocol),
    ...all.filter(([protocol]) => protocol !== verdict.protocol),
  ];
}
