import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { streamReporter } from '../../../setup/reporter.ts';

/** What is written to a stream that is a terminal or none, when lines are said with progress between them. */
function written(terminal: boolean): string {
  const stream = Object.assign(new PassThrough(), terminal ? { isTTY: true, columns: 20 } : {});
  const reporter = streamReporter(stream as unknown as NodeJS.WriteStream);
  let clock = 0;
  const now = performance.now;
  performance.now = () => clock;
  try {
    reporter.say('begins');
    for (clock = 1_000; clock <= 20_000; clock += 1_000)
      reporter.progress(`${clock / 1_000} of 20 seconds have passed`);
    reporter.say('ends');
  } finally {
    performance.now = now;
  }
  return String(stream.read());
}

describe('the progress of set-up', () => {
  it('is a plain line every now and then where nobody can see it drawn', () => {
    assert.equal(written(false), 'begins\n15 of 20 seconds have passed\nends\n');
  });

  it('is one line that is drawn over on a terminal, and gone at the end', () => {
    const lines = written(true).split('\r\x1b[K');
    assert.equal(lines.length, 22 - 1);
    assert.equal(lines[0], 'begins\n1 of 20 seconds hav');
    assert.equal(lines.at(-1), 'ends\n');
  });
});
