import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { chromiumPath, openBrowser } from '../browser.ts';
import { command } from '../client/command.ts';
import { DIVERGING, type System, smallRun, startSystem, until } from '../dag/system.ts';

/** With a folder in it, the pictures of docs/operating.md are taken anew: `SCREENSHOTS=docs/images`. */
const pictures = process.env.SCREENSHOTS;

describe("Temporal's Web UI", function () {
  this.timeout(600_000);
  let system: System;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  before(async function () {
    if (!chromiumPath()) {
      console.log('skipped: no Chromium on PATH; install it, or name it in CHROMIUM');
      this.skip();
    }
    system = await startSystem();
    system.startWorker();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  const address = (path: string) => `${system.uiAddress}/namespaces/default/workflows/${path}`;
  const resultOf = (id: string) => system.client.workflow.getHandle(id).result() as Promise<RunResult>;

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1200 } });
    await page.goto(address(path));
    return page;
  }

  /** The Web UI renders a workflow's Markdown in a frame of its own. */
  const detailsOf = (page: Page) => page.frameLocator('iframe').first().locator('body');

  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
  };

  /** The tab with the current details. */
  async function openDetails(id: string): Promise<Page> {
    const page = await open(id);
    await page.getByText('User Metadata').click();
    return page;
  }

  async function startByForm(id: string, input: RunInput): Promise<void> {
    const page = await open('start-workflow');
    await page.locator('#workflowId').fill(id);
    await page.locator('#taskQueue').fill('counterpoise');
    await page.locator('#workflowType').fill('balanceDataset');
    await page
      .locator('.cm-content')
      .first()
      .fill(JSON.stringify(input, null, 2));
    await picture(page, 'start-workflow');
    await page.getByTestId('start-workflow-button').click();
    await until('the run to be there', () =>
      system.client.workflow
        .getHandle(id)
        .describe()
        .catch(() => undefined),
    );
    await page.close();
  }

  it('starts a run by its form, and shows the stages, the classes and the result', async () => {
    await startByForm('from-the-form', smallRun(system.source));
    const result = await resultOf('from-the-form');
    const page = await openDetails('from-the-form');
    const details = detailsOf(page);
    await details.getByText('generatedOversample').first().waitFor();
    const text = (await details.textContent()) ?? '';
    for (const stage of ['prepare', 'baselines', 'branches', 'merge', 'report'])
      assert.ok(text.includes(stage), `the stage ${stage} is shown`);
    const rare = Object.entries(result.classes).filter(([, { state }]) => state !== 'kept');
    for (const [name] of rare) assert.ok(text.includes(name), `the class ${name} is shown`);
    assert.ok(
      text.includes(result.methods.generated!.macroF1.toFixed(3)),
      'macro F1 of the method Generated is shown',
    );
    await picture(page, 'finished-run');
    await page.close();
  });

  it('retries a waiting branch with another setting by Send an Update', async () => {
    const input = smallRun(system.source, {
      split: { seed: 4 },
      fineTune: DIVERGING,
    });
    await startByForm('waiting', input);
    const handle = system.client.workflow.getHandle('waiting');
    const branches = await until('both branches to wait', async () => {
      const { classes } = await handle.query(progressQuery);
      return classes.length === 2 && classes.every(({ state }) => state === 'waiting') && classes;
    });
    const page = await openDetails('waiting');
    await detailsOf(page).getByText('waits for you').first().waitFor();
    await picture(page, 'waiting-branch');
    for (const { class: name } of branches) {
      await sendUpdate(page, 'waiting', 'retryClass', {
        class: name,
        change: { fineTune: { learningRate: 1e-3 } },
      });
      await until('the branch to go on', async () => {
        const { classes } = await handle.query(progressQuery);
        return classes.find((branch) => branch.class === name)?.state !== 'waiting';
      });
    }
    const { classes } = await resultOf('waiting');
    for (const { class: name } of branches) assert.notEqual(classes[name]!.state, 'skipped');
    await page.close();
  });

  it('makes a schedule by its form, which the command line knows and whose runs a worker takes up', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1800 } });
    await page.goto(`${system.uiAddress}/namespaces/default/schedules/create`);
    await page.locator('#name').fill('counterpoise-pages');
    await page.locator('#workflowType').fill('balanceDataset');
    await page.locator('#workflowId').fill('counterpoise-pages');
    await page.locator('#taskQueue').fill('counterpoise');
    await page
      .locator('.cm-content')
      .first()
      .fill(JSON.stringify(smallRun(system.source)));
    await page.getByPlaceholder('* * * * *').fill('30 6 * * MON');
    await picture(page, 'create-schedule');
    await page.getByRole('button', { name: 'Create Schedule' }).click();

    const schedule = system.client.schedule.getHandle('counterpoise-pages');
    await until('the schedule to be there', () => schedule.describe().catch(() => undefined));
    const listed = await command(['schedule', 'list', '--json', '--address', system.address]);
    assert.match(listed.stdout, /"counterpoise-pages"/);
    await schedule.trigger();
    const runId = await until(
      'its run',
      async () => (await schedule.describe()).info.recentActions.at(0)?.action.workflow?.workflowId,
    );
    assert.match(runId, /^counterpoise-pages-/);
    assert.ok((await resultOf(runId)).dataset.records! > 0);
    await page.close();
  });

  async function sendUpdate(page: Page, id: string, update: string, message: unknown): Promise<void> {
    await page.goto(address(id));
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByRole('menuitem').filter({ hasText: 'Send an Update' }).first().click();
    const form = page.locator('dialog[open]');
    await form.getByTestId('update-select-button').filter({ visible: true }).click();
    await form.getByRole('option').filter({ hasText: update, visible: true }).click();
    await form.locator('.cm-content').filter({ visible: true }).first().fill(JSON.stringify(message));
    // The editor lays its text out when it loses the focus, and the button moves away from under a click that comes first.
    await form.getByText('Update ID').filter({ visible: true }).click();
    await picture(page, 'send-update');
    await form.getByTestId('confirm-modal-button').filter({ visible: true }).click();
  }
});
