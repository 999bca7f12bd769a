import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildReport } from '../../../lib/report/build-report.ts';
import { drawCharts } from '../../../lib/report/charts/all-charts.ts';
import { reportPage } from '../../../lib/report/report-page.ts';
import { branchOf, findingsOf } from '../../unit/report/findings.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { chromiumPath, openBrowser } from '../browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const NAMES = [
  'retail',
  'health, wellness and fitness',
  'x'.repeat(400),
  '<script>document.title="owned"</script>',
];

/** A page with everything that a report can have, several seeds, a skipped branch and awkward names. */
function wholePage(): string {
  const report = buildReport(
    findingsOf(
      { regular: [0.4, 0.5], undersample: [0.1, 0.2], oversample: [0.6, 0.65], generated: [0.7, 0.75] },
      {
        classes: NAMES.map((name, at) => ({
          name,
          kind: at === 0 ? 'frequent' : 'rare',
          train: 97_000 / 9 ** at,
          test: 5,
        })),
        branches: NAMES.slice(1).map((name, at) =>
          branchOf(name, at === 0 ? {} : { state: 'skipped', reason: `it failed: ${'y'.repeat(300)}` }),
        ),
      },
    ),
  );
  return reportPage(report, drawCharts(report));
}

describe('report.html in a browser', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let browser: Browser;

  before(async function () {
    if (!chromiumPath()) {
      console.log('skipped: no Chromium on PATH; install it, or name it in CHROMIUM');
      this.skip();
    }
    browser = await openBrowser();
  });
  after(() => browser?.close());

  /** Opens a page from the disk; fails where it loads anything else or complains. */
  async function open(content: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    const file = join(folder, 'report.html');
    writeFileSync(file, content);
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      assert.deepEqual(requests, [pathToFileURL(file).href]);
      await look(page);
    } finally {
      await context.close();
    }
  }

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 768, 1280])
      it(`fits ${width} pixels and has no serious fault for axe: ${colorScheme}`, () =>
        open(
          wholePage(),
          { colorScheme, viewport: { width, height: 900 }, bypassCSP: true },
          async (page) => {
            const beyond = await page.evaluate<number>(
              'document.documentElement.scrollWidth - document.documentElement.clientWidth',
            );
            assert.equal(beyond, 0, 'the page does not scroll sideways');
            const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
            assert.equal(background, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(21, 24, 29)');
            await page.evaluate(AXE);
            const violations = await page.evaluate<{ id: string; impact: string; help: string }[]>(
              'axe.run().then(({ violations }) => violations.map(({ id, impact, help }) => ({ id, impact, help })))',
            );
            assert.deepEqual(violations, []);
          },
        ));

  it('runs no script: neither scraped ones, which are text, nor any that found a way in', async () => {
    const complaints: string[] = [];
    const broken = wholePage().replace('<main>', '<main><script>document.title = "owned"</script>');
    for (const content of [wholePage(), broken])
      await open(content, {}, async (page) => {
        page.on('console', (message) => complaints.push(message.text()));
        await page.reload();
        assert.equal(await page.title(), 'pages: what balancing did');
      });
    assert.ok(
      complaints.length === 1 && /Content Security Policy/.test(complaints[0]!),
      'the policy refused the one of the second page',
    );
  });

  it('prints what is folded away on the screen', () =>
    open(wholePage(), {}, async (page) => {
      const folded = page.locator('#cleaning details .samples').first();
      assert.equal(await folded.isVisible(), false);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await folded.isVisible(), true);
    }));
});
