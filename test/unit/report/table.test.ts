import assert from 'node:assert/strict';
import { formatMethodsTable, formatProtocolTables } from '../../../lib/report/table.ts';

describe('the methods table of the terminal', () => {
  it('shows F1 by method and recall by class', () => {
    const table = formatMethodsTable({
      regular: {
        microF1: 0.857,
        macroF1: 0.571,
        weightedF1: 0.853,
        recall: { retail: 0.91, 'real estate': 0.08 },
      },
      generatedOversample: {
        microF1: 0.8594,
        macroF1: 0.6916,
        weightedF1: 0.858,
        recall: { retail: 0.9, 'real estate': 0.448 },
      },
    });
    assert.equal(
      table,
      [
        'method                  micro F1  macro F1  weighted F1',
        'Regular                    0.857     0.571        0.853',
        'Generated + Oversample     0.859     0.692        0.858',
        '',
        'recall of    Regular  Generated + Oversample',
        'retail         0.910                   0.900',
        'real estate    0.080                   0.448',
      ].join('\n'),
    );
  });

  it('lets no class name move the cursor or break the table, and says what it leaves out', () => {
    const names = ['\u001b[2Jowned', 'two\nlines', '__proto__', 'x'.repeat(500), ...Array(20).keys()].map(
      String,
    );
    const recall = Object.fromEntries(names.map((name) => [name, 0.5]));
    const table = formatMethodsTable({ regular: { microF1: 1, macroF1: 1, weightedF1: 1, recall } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them
    assert.doesNotMatch(table, /[\u0000-\u0009\u000b-\u001f]/);
    assert.ok(Math.max(...table.split('\n').map((line) => line.length)) < 60);
    assert.match(table, /^and 4 more$/m);
  });

  it('has nothing to say of no methods', () => {
    assert.match(formatMethodsTable({}), /^method +micro F1/);
  });

  it('stand one below the other under the names of their protocols', () => {
    const figures = { microF1: 0.5, macroF1: 0.25, weightedF1: 0.5, recall: {} };
    const tables = formatProtocolTables({
      'equal-updates': { regular: figures },
      paper: { regular: figures },
    });
    assert.deepEqual(
      tables.split('\n').filter((line) => ['equal-updates', 'paper'].includes(line)),
      ['equal-updates', 'paper'],
    );
    assert.equal(tables.match(/^Regular .*0\.250/gm)?.length, 2);
  });
});
