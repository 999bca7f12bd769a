import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { drawCharts } from './charts/all-charts.ts';
import { pngFile, svgFile } from './charts/chart-files.ts';
import { datasetCard } from './dataset-card.ts';
import { reportPage } from './report-page.ts';
import type { Report } from './schema.ts';

export interface WriteReportOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Writes report.json, report.html, README.md and charts/. The same report gives the same bytes. */
export async function writeReport(
  report: Report,
  folder: string,
  { signal, onProgress }: WriteReportOptions = {},
): Promise<void> {
  const charts = drawCharts(report);
  await mkdir(join(folder, 'charts'), { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, 'report.html'), reportPage(report, charts));
  await writeFile(join(folder, 'README.md'), datasetCard(report, charts));
  for (const [done, chart] of charts.entries()) {
    await setImmediate(undefined, { signal });
    await writeFile(join(folder, 'charts', `${chart.name}.svg`), svgFile(chart));
    await writeFile(join(folder, 'charts', `${chart.name}.png`), pngFile(chart));
    onProgress?.(3 + 2 * (done + 1), 3 + 2 * charts.length);
  }
}
