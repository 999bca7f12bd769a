import assert from 'node:assert/strict';
import { buildReport } from '../../../lib/report/build-report.ts';
import { drawCharts } from '../../../lib/report/charts/all-charts.ts';
import { reportPage } from '../../../lib/report/report-page.ts';
import { parseDocument } from './document.ts';
import { auditOf, branchOf, evaluationsOf, findingsOf, timingOf } from './findings.ts';

function pageOf(...given: Parameters<typeof findingsOf>) {
  const report = buildReport(findingsOf(...given));
  const page = reportPage(report, drawCharts(report));
  return { report, page, document: parseDocument(page) };
}

/** Cells of a table by its label, row by row. */
const rowsOf = (document: ReturnType<typeof pageOf>['document'], label: string) =>
  [...document.querySelectorAll(`[aria-label="${label}"] tr`)].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => cell.textContent),
  );

const ATTACK = '</p><script>alert(1)</script><img src=x onerror=alert(1)>"\'><svg onload=alert(1)>';

describe('report.html', () => {
  it('begins with the verdict, in one sentence', () => {
    const { document, report } = pageOf();
    assert.equal(document.querySelector('header p')!.textContent, report.verdict.sentence);
  });

  it('forbids scripts and the network, and needs neither', () => {
    const { page, document } = pageOf();
    const policy = document
      .querySelector('meta[http-equiv=Content-Security-Policy]')!
      .getAttribute('content')!;
    assert.match(policy, /^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(/i);
    const addresses = page.match(/\b(?:https?:)?\/\/[^\s"<]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ['http://www.w3.org/2000/svg']);
  });

  it('has a table of methods with the best figures in bold', () => {
    const { document } = pageOf();
    assert.deepEqual(rowsOf(document, 'Methods, paper')[1], [
      'Regular',
      '100',
      '14',
      '0.05',
      '0.500',
      '0.500',
      '0.500',
      '0.500',
      '0.500',
    ]);
    const bold = [...document.querySelectorAll('#methods strong')].map((cell) => cell.textContent);
    assert.deepEqual(bold, Array(5).fill('0.700'));
  });

  it('shows intervals where there are several seeds', () => {
    const { document } = pageOf({ regular: [0.5, 0.6, 0.7], oversample: [0.6, 0.6, 0.6] });
    assert.equal(rowsOf(document, 'Methods, paper')[1]![5], '0.600 ± 0.248');
    assert.equal(rowsOf(document, 'Classes')[1]![5], '0.600 ± 0.248');
  });

  it('has a table for each protocol, that of the verdict first, which the charts show', () => {
    const { document } = pageOf(undefined, {
      evaluations: evaluationsOf(
        { paper: { regular: 0.5, generated: 0.6 }, tuned: { regular: 0.7, generated: 0.8 } },
        ['retail', 'printing', 'dairy'],
      ),
    });
    const headings = [...document.querySelectorAll('#methods h3')].map((heading) => heading.textContent);
    assert.deepEqual(headings, ['Protocol tuned', 'Protocol paper']);
    assert.equal(rowsOf(document, 'Classes')[1]![5], '0.700');
    assert.match(document.querySelector('#charts')!.textContent, /Micro and macro F1 \(tuned\)/);
  });

  it('says which differences are more than chance', () => {
    const { document } = pageOf({ regular: [0.5, 0.5], oversample: [0.55, 0.55], generated: [0.6, 0.6] });
    assert.deepEqual(
      rowsOf(document, 'Differences, paper').map(([pair]) => pair),
      ['pair', 'Oversample less Regular', 'Generated less Regular'],
    );
    assert.deepEqual(rowsOf(document, 'Differences, paper')[2], [
      'Generated less Regular',
      '+0.100 (+0.095 to +0.105)',
      '< 0.001',
      '+0.100 (+0.095 to +0.105)',
      '< 0.001',
    ]);
    assert.equal(rowsOf(document, 'Other differences, paper')[1]![0], 'Generated less Oversample');
  });

  it('says that one seed tells no differences', () => {
    const { document } = pageOf({ regular: 0.5, generated: 0.6 });
    assert.match(document.querySelector('#comparison')!.textContent, /One seed shows nothing of how far/);
    assert.equal(document.querySelector('#comparison table'), null);
  });

  it('shows the audit where there is one', () => {
    const { document } = pageOf(undefined, { audit: [auditOf('printing')] });
    assert.deepEqual(rowsOf(document, 'Overlaps')[1], [
      'printing',
      '12',
      '10',
      '1',
      '0',
      '3',
      '0',
      'generated-printing-7, generated-printing-9',
    ]);
    assert.deepEqual(rowsOf(document, 'Likeness')[1], [
      'printing',
      '6',
      '0.400 / 0.400',
      '0.300 / 0.100',
      '25 / 80',
      '0.900 / 0.800',
      '0.250 / 0.125',
    ]);
    assert.equal(pageOf().document.querySelector('#audit'), null);
  });

  it('shows real records beside generated ones, and what the filter dropped', () => {
    const { document } = pageOf();
    const samples = [...document.querySelectorAll('#branches .samples')].map((list) => list.textContent);
    assert.deepEqual(samples.slice(0, 3), [
      'real text of printing',
      'generated text of printingprompt: summarize: printing. ink paper',
      'degeneratethe the theprompt: summarize: printing. ink',
    ]);
    assert.deepEqual(rowsOf(document, 'Branches').slice(0, 2), [
      ['class', 'state', 'wanted', 'kept', 'copied', 'degenerate'],
      ['printing', 'partly balanced', '50', '40', '3', '7'],
    ]);
  });

  it('says how many of the generated records are used, and how each amount did', () => {
    const { document } = pageOf(undefined, {
      branches: [branchOf('printing', { used: 20 })],
      amount: {
        times: 0.5,
        validation: 1200,
        tried: [
          { times: 0, macroF1: 0.5 },
          { times: 0.5, macroF1: 0.625 },
          { times: 1, macroF1: 0.6 },
        ],
      },
    });
    assert.deepEqual(rowsOf(document, 'Branches')[1]!.slice(0, 5), [
      'printing',
      'partly balanced',
      '50',
      '40',
      '20',
    ]);
    const text = document.querySelector('#branches')!.textContent!;
    assert.match(text, /Used: 0\.5 generated records a real one, .* 1,200 training records/);
    assert.match(text, /0\.500 with 0, 0\.625 with 0\.5 and 0\.600 with 1/);
  });

  it('says why a branch was skipped', () => {
    const { document } = pageOf(undefined, {
      branches: [
        branchOf('printing'),
        branchOf('dairy', { state: 'skipped', reason: 'OutOfMemory: too large', filter: undefined }),
      ],
    });
    assert.deepEqual(rowsOf(document, 'Branches')[2], [
      'dairy',
      'skipped',
      '50',
      '0',
      '0',
      '0',
      'OutOfMemory: too large',
    ]);
  });

  it('says what the cleaning dropped, by class and reason, and by how much a class may be short', () => {
    const { document } = pageOf();
    assert.deepEqual(rowsOf(document, 'Dropped records by class'), [
      ['class', 'kept', 'other language', 'class not chosen'],
      ['retail', '120', '6', '≤ 5'],
      ['printing', '16', '1', '≤ 5'],
      ['dairy', '13', '0', '≤ 5'],
      ['all other classes', '0', '0', '14'],
    ]);
    const words = document.querySelector('#cleaning')!.textContent!;
    assert.match(words, /200 rows read/);
    assert.match(words, /4 rows could not be taken as records: 4 empty text\./);
    assert.match(words, /1 record moved to the other side/);
    assert.match(words, /“Retail” became “retail” \(3 records\)/);
    assert.match(words, /Examples: other language/);
    assert.match(words, /Willkommen bei uns/);
  });

  it('names inputs, model, seeds, versions and every setting', () => {
    const words = pageOf().document.querySelector('#provenance')!.textContent!;
    for (const part of [
      'sha256:aa',
      '1,234 bytes',
      'google-t5/t5-base',
      'counterpoise 1.2.3',
      'fineTune.epochs',
    ])
      assert.ok(words.includes(part), part);
    assert.ok(!words.includes('/home/somebody'));
  });

  it('says how long the run and each of its steps took, and on which machine', () => {
    const { document } = pageOf();
    const words = document.querySelector('#provenance')!.textContent!;
    assert.match(words, /Duration1 h 03 min, from 2026-11-25 00:00 UTC/);
    assert.match(words, /MachineAMD <EPYC>, 2 cores, 24 GiB of memory, Node 20\.20\.0, linux x64/);
    assert.deepEqual(rowsOf(document, 'Durations').slice(1), [
      ['prepare', '', '2026-11-25 00:00', '1 min 30 s'],
      ['fine-tune', 'printing', '2026-11-25 00:01', '1 h 01 min'],
      ['generate', 'dairy', '2026-11-25 00:03', '10 s'],
    ]);
  });

  it('says where each step ran if there was more than one machine', () => {
    const elsewhere = timingOf(90, 5);
    elsewhere.machines[0]!.cores = 64;
    const { provenance } = findingsOf();
    const { document } = pageOf(undefined, {
      provenance: { ...provenance, timings: [...provenance.timings, { step: 'audit', ...elsewhere }] },
    });
    assert.deepEqual(
      rowsOf(document, 'Durations').map((row) => row.at(-1)),
      ['machine', '1', '2', '1', '1'],
    );
    assert.equal(
      document.querySelectorAll('#provenance dl dt').length,
      pageOf().document.querySelectorAll('#provenance dl dt').length + 1,
    );
  });

  it('leaves scraped markup text, wherever it comes from', () => {
    const classes = [
      { name: ATTACK, kind: 'rare' as const, train: 10, test: 2 },
      { name: '__proto__', kind: 'frequent' as const, train: 20, test: 2 },
    ];
    const [clean] = [findingsOf()];
    const { page, document } = pageOf(undefined, {
      dataset: ATTACK,
      classes,
      evaluations: evaluationsOf({ paper: { regular: 0.5 } }, [ATTACK, '__proto__']),
      audit: [{ ...auditOf(ATTACK), class: ATTACK }],
      branches: [
        branchOf(ATTACK, {
          reason: ATTACK,
          samples: {
            real: [ATTACK],
            generated: [{ prompt: ATTACK, text: ATTACK }],
            dropped: [{ prompt: ATTACK, text: ATTACK, reason: ATTACK }],
          },
        }),
      ],
      preparation: {
        ...clean!.preparation,
        mergedLabels: [{ from: ATTACK, to: ATTACK, records: 1 }],
        dropped: { 'other language': { [ATTACK]: 3 } },
        samples: { 'other language': [{ id: ATTACK, label: ATTACK, text: ATTACK }] },
      },
    });
    assert.equal(document.querySelectorAll('script, img, [onload], [onerror]').length, 0);
    assert.doesNotMatch(page, /<script|<img/i);
    assert.equal(document.querySelectorAll('#branches .samples li').length, 3);
    assert.equal(document.querySelector('#branches .samples li')!.textContent, ATTACK);
    assert.equal(document.querySelectorAll('main > section').length, 8, 'no section was closed by it');
  });

  it('shows no control characters and no direction overrides', () => {
    const { page } = pageOf(undefined, {
      branches: [
        branchOf('printing', {
          samples: { real: ['a\u0000b\u001b[2J\u202egnp.exe'], generated: [], dropped: [] },
        }),
      ],
    });
    assert.match(page, /a\ufffdb\ufffd\[2J\ufffdgnp\.exe/);
  });

  it('stays below 2 MB with a thousand classes and full samples', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `class ${at} ${'<'.repeat(300)}`);
    const [long, prompt] = ['<'.repeat(360), '<'.repeat(160)];
    const full = {
      real: Array(3).fill(long),
      generated: Array(3).fill({ prompt, text: long }),
      dropped: Array(4).fill({ prompt, text: long, reason: 'copied' }),
    };
    const { page, document } = pageOf(undefined, {
      classes: names.map((name, at) => ({
        name,
        kind: at < 5 ? 'frequent' : 'rare',
        train: 9000 - at,
        test: 9,
      })),
      branches: names.slice(5).map((name, at) =>
        branchOf(name, {
          samples: at < 20 ? full : { real: [], generated: [], dropped: [] },
        }),
      ),
      evaluations: evaluationsOf(
        {
          paper: {
            regular: [0.5, 0.6],
            undersample: [0.5, 0.6],
            oversample: [0.5, 0.6],
            generated: [0.5, 0.6],
          },
          tuned: {
            regular: [0.5, 0.6],
            undersample: [0.5, 0.6],
            oversample: [0.5, 0.6],
            generated: [0.5, 0.6],
          },
        },
        names.slice(0, 40),
      ),
      audit: names.slice(5).map(auditOf),
    });
    assert.ok(Buffer.byteLength(page) < 2_000_000, `${Buffer.byteLength(page)} bytes`);
    assert.match(document.querySelector('#classes')!.textContent, /700 more classes in between/);
  });
});
