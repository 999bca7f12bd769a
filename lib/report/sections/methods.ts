import type { Protocol } from '../../settings/settings.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES, PROTOCOL_MEANING, protocolsOf } from '../methods.ts';
import type { Report, ReportedMethod, ReportedMethods } from '../schema.ts';
import { figure, plural, rounded, whole, withMargin } from '../words.ts';
import { type Column, wideTable } from './tables.ts';

const FIGURES = [
  ['microF1', 'micro F1'],
  ['macroF1', 'macro F1'],
  ['weightedF1', 'weighted F1'],
  ['rareRecall', 'recall, rare classes'],
  ['frequentRecall', 'recall, frequent classes'],
] as const;

/** The methods and their figures by each protocol, the one of the verdict first; the best of each column stands out. */
export function methodsSection(report: Report): Html {
  const seeds = report.provenance.seeds.evaluation.length;
  return html`
<p>The same classifier, trained on what each method makes of the training records and tested on the same held-out ones. ${
    seeds > 1
      ? `Means of ${plural(seeds, 'seed')} with their 95 % intervals, over other seeds and other test records.`
      : 'One seed, hence without intervals.'
  } The best of each column is bold.</p>
${protocolsOf(report).map(([protocol, methods]) => protocolTable(protocol, methods))}`;
}

function protocolTable(protocol: Protocol, methods: ReportedMethods): Html {
  const results = inTableOrder(methods).map(([method, result]) => ({ method, ...result }));
  const hasEffort = results.some(({ effort }) => effort);
  const figures = FIGURES.filter(([name]) => results.some((result) => result[name] !== undefined)).map(
    ([name, heading]): Column<ReportedMethod> => {
      const best = figure(Math.max(...results.map((result) => result[name] ?? 0)));
      return [
        heading,
        ({ [name]: value, margins }) => {
          if (value === undefined) return '–';
          const words = withMargin(value, margins?.[name]);
          return figure(value) === best ? html`<strong>${words}</strong>` : words;
        },
      ];
    },
  );
  return html`<h3>Protocol ${protocol}</h3>
<p>${PROTOCOL_MEANING[protocol]}</p>
${wideTable(`Methods, ${protocol}`, results, [
  [
    'method',
    ({ method, selected }) => `${METHOD_NAMES[method]}${selected ? ` (${METHOD_NAMES[selected]})` : ''}`,
  ],
  ['records', ({ records }) => whole(records)],
  hasEffort && ['epochs', ({ effort }) => (effort ? rounded(effort.epochs) : '–')],
  hasEffort && ['learning rate', ({ effort }) => (effort ? rounded(effort.learningRate) : '–')],
  ...figures,
])}`;
}
