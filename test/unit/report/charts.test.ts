import assert from 'node:assert/strict';
import { Resvg } from '@resvg/resvg-js';
import { buildReport } from '../../../lib/report/build-report.ts';
import { drawCharts } from '../../../lib/report/charts/all-charts.ts';
import { pngFile, svgFile } from '../../../lib/report/charts/chart-files.ts';
import { METHOD_TABLE } from '../../../lib/settings/method-table.ts';
import { parseDocument } from './document.ts';
import { branchOf, evaluationsOf, findingsOf } from './findings.ts';

const chartsOf = (...given: Parameters<typeof findingsOf>) => drawCharts(buildReport(findingsOf(...given)));

/** A run whose classes are called like this; the first one is frequent. */
const runOf = (names: readonly string[]): Parameters<typeof findingsOf> => [
  undefined,
  {
    classes: names.map((name, at) => ({
      name,
      kind: at === 0 ? 'frequent' : 'rare',
      train: 1000 - at,
      test: 10,
    })),
    branches: names.slice(1).map((name) => branchOf(name)),
    evaluations: evaluationsOf({ paper: { regular: [0.4, 0.5], generated: [0.5, 0.6] } }, names),
  },
];

/** What stands in the chart for everybody to read. */
const textsOf = (svg: string) =>
  [...parseDocument(`<html><body>${svg}</body></html>`).querySelectorAll('text')].map(
    (element) => element.textContent,
  );

describe('the charts', () => {
  const names = [
    'class-volumes',
    'f1-by-method',
    'rare-and-frequent-recall',
    'recall-by-class-size',
    'recall-by-class',
    'confusion-regular',
    'confusion-generated',
    'branch-losses',
  ];

  it('are all drawn for a whole run', () => {
    assert.deepEqual(
      chartsOf().map(({ name }) => name),
      names,
    );
  });

  it('say in words what they show', () => {
    const description = Object.fromEntries(chartsOf().map((chart) => [chart.name, chart.description]));
    assert.equal(
      description['class-volumes'],
      'retail: 100 records; printing: 12 before, 52 after; dairy: 10 before, 50 after',
    );
    assert.match(
      description['f1-by-method']!,
      /^micro F1: Regular 0\.500, .*; macro F1: .*Generated 0\.700,/,
    );
    assert.match(description['rare-and-frequent-recall']!, /^rare classes: Regular 0\.500/);
    assert.match(description['recall-by-class']!, /printing: Regular 0\.500, Undersample 0\.200/);
    assert.equal(
      description['confusion-regular'],
      'Most often mistaken: 9 % of retail for printing; 9 % of retail for dairy; 9 % of printing for retail; 9 % of printing for dairy; 9 % of dairy for retail',
    );
    assert.match(description['branch-losses']!, /printing: from 4\.00 to 1\.00 in 4 steps/);
  });

  it('have a role, a title and a description, and ids of their own', () => {
    const page = parseDocument(
      `<html><body>${chartsOf()
        .map(({ svg }) => svg)
        .join('')}</body></html>`,
    );
    const ids = [...page.querySelectorAll('[id]')].map((element) => element.id as string);
    assert.equal(new Set(ids).size, ids.length);
    for (const svg of page.querySelectorAll('svg')) {
      assert.equal(svg.getAttribute('role'), 'img');
      for (const attribute of ['aria-labelledby', 'aria-describedby'])
        assert.ok(page.getElementById(svg.getAttribute(attribute)!)!.textContent!.length > 5);
    }
  });

  it('show the figures of each method, and its margin where there is one', () => {
    const [one] = chartsOf({ regular: 0.5 }).filter(({ name }) => name === 'f1-by-method');
    const [several] = chartsOf({ regular: [0.4, 0.5] }).filter(({ name }) => name === 'f1-by-method');
    assert.deepEqual(
      textsOf(one!.svg).filter((text) => /\d\./.test(text!)),
      ['0.500', '0.500'],
    );
    assert.match(several!.description, /Regular 0\.450 ± 0\.635/);
    const lines = (svg: string) => svg.match(/<line /g)?.length ?? 0;
    assert.ok(lines(several!.svg) > lines(one!.svg));
  });

  const odd: [what: string, names: string[]][] = [
    ['markup', ['<b>bold</b>', '"><script>alert(1)</script>', ']]>&amp;\'"', '<!-- ']],
    ["JavaScript's own names", ['__proto__', 'constructor', 'hasOwnProperty']],
    ['what XML cannot hold', ['bell \u0007', 'half \ud83d', 'nul \0', '\uffff', 'tab\tand\nline']],
    ['other scripts', ['印刷', 'печать', 'εκτύπωση', 'الطباعة']],
    ['nothing but a space or a dollar', [' ', '$1$&', 'var(--x, #abcdef)']],
    ['very long names', ['x'.repeat(5000), `${'x'.repeat(4999)}y`]],
  ];
  for (const [what, classNames] of odd)
    it(`are whole and harmless with classes called ${what}`, () => {
      const charts = chartsOf(...runOf(classNames));
      assert.equal(charts.length, names.length);
      for (const chart of charts) {
        assert.doesNotMatch(chart.svg, /<(?:script|b|!--)/i);
        assert.ok(new Resvg(svgFile(chart)).width > 400, 'an SVG file that a strict reader takes');
        assert.ok(pngFile(chart).length > 1000);
      }
      const volumes = textsOf(charts[0]!.svg);
      assert.equal(
        volumes.filter((text) => text!.includes('→ ')).length,
        classNames.length - 1,
        'a row for each class',
      );
    });

  it('leave out the middle of very many classes, and say so', () => {
    const many = Array.from({ length: 300 }, (_, at) => `class ${at}`);
    const charts = chartsOf(...runOf(many));
    const volumes = charts.find(({ name }) => name === 'class-volumes')!;
    assert.match(volumes.caption, /the 20 most and the 20 least frequent of 300 classes/);
    const shown = textsOf(volumes.svg).filter((text) => text!.startsWith('class '));
    assert.deepEqual([shown.length, shown[0], shown.at(-1)], [40, 'class 0', 'class 299']);
    for (const { name, svg } of charts) assert.ok(svg.length < 120_000, `${name}: ${svg.length}`);
  });

  it('are left out where there is nothing to show', () => {
    const [classes, branches] = [[{ name: 'one', kind: 'frequent' as const, train: 9, test: 1 }], []];
    assert.deepEqual(
      chartsOf({ regular: 1 }, { classes, branches }).map(({ name }) => name),
      names.filter((name) => !['confusion-generated', 'branch-losses'].includes(name)),
    );
    assert.deepEqual(chartsOf({}, { classes: [], branches }), []);
  });
});

describe('the files of a chart', () => {
  const [chart] = chartsOf();

  it('have a colour of its own for each method, which stands out from the page, light and dark', () => {
    const brightness = (colour: string) => {
      const [red, green, blue] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    };
    for (const [method, { colour }] of Object.entries(METHOD_TABLE)) {
      const [light, dark] = colour.map(brightness) as [number, number];
      assert.ok(brightness('#ffffff') / light >= 4.5 && dark / brightness('#15181d') >= 4.5, method);
    }
    const all = Object.values(METHOD_TABLE).map(({ colour }) => `${colour}`);
    assert.equal(new Set(all).size, all.length);
  });

  it('are an SVG that knows light and dark', () => {
    const file = svgFile(chart!);
    assert.match(file, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg /);
    assert.match(file, /prefers-color-scheme:dark/);
  });

  it('are a PNG of twice the size, with its text drawn', () => {
    const png = pngFile(chart!);
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.equal(png.readUInt32BE(16), 2 * (480 + 24));
    const renamed = chart!.svg.replaceAll('printing', 'painting');
    assert.notDeepEqual(pngFile({ ...chart!, svg: renamed }), png, 'another text, another picture');
  });

  it('are the same bytes every time', () => {
    const [again] = chartsOf();
    assert.equal(svgFile(again!), svgFile(chart!));
    assert.deepEqual(pngFile(again!), pngFile(chart!));
  });
});
