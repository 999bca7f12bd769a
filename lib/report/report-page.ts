/** `report.html`: one file that needs nothing else, on a screen, a phone and paper. */
import type { Chart } from './charts/chart.ts';
import { type Html, html, list, trusted } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { Report, Verdict } from './schema.ts';
import { auditSection } from './sections/audit.ts';
import { branchesSection } from './sections/branches.ts';
import { classesSection } from './sections/classes.ts';
import { cleaningSection } from './sections/cleaning.ts';
import { comparisonSection } from './sections/comparison.ts';
import { methodsSection } from './sections/methods.ts';
import { previousRunSection } from './sections/previous-run.ts';
import { provenanceSection } from './sections/provenance.ts';

/** What stands below a section's heading, or undefined where the report has nothing for it. */
type DrawSection = (report: Report, charts: readonly Chart[]) => Html | undefined;

const SECTIONS: readonly [id: string, title: string, draw: DrawSection, heading?: string][] = [
  ['methods', 'Methods', methodsSection],
  ['charts', 'Charts', (_, charts) => chartsSection(charts)],
  ['comparison', 'More than chance?', comparisonSection],
  ['classes', 'Classes', classesSection],
  ['branches', 'Generated records', branchesSection],
  ['audit', 'Audit', auditSection, 'Audit of the generated records'],
  ['previous-run', 'Since the last run', previousRunSection],
  ['cleaning', 'Cleaning', cleaningSection],
  ['provenance', 'Provenance', provenanceSection],
];

/** Nothing is loaded and no script runs, whatever a scraped page tries. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page, as HTML. */
export function reportPage(report: Report, charts: readonly Chart[]): string {
  const sections = SECTIONS.map(([id, title, draw, heading = title]) => {
    const content = draw(report, charts);
    return {
      link: content && html`<a href="#${id}">${title}</a>`,
      section: content && html`<section id="${id}"><h2>${heading}</h2>${content}</section>`,
    };
  });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Counterpoise">
<title>${report.dataset}: what balancing did</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1>${report.dataset}: what balancing did</h1>
${verdict(report.verdict)}
<nav aria-label="Sections">${list(sections.flatMap(({ link }) => link ?? []))}</nav>
</header>
<main>
${sections.map(({ section }) => html`${section}\n`)}</main>
</body>
</html>
`.markup;
}

function verdict({ sentence, grounds, paper, cautions }: Verdict): Html {
  return html`<p class="verdict">${sentence}</p>
${grounds !== undefined && html`<p class="grounds">${grounds}</p>`}
${paper !== undefined && html`<p class="otherwise">${paper}</p>`}
${cautions.length > 0 && list(cautions, 'cautions')}`;
}

function chartsSection(charts: readonly Chart[]): Html {
  const figureOf = ({ svg, caption }: Chart) =>
    html`<figure>${trusted(svg)}<figcaption>${caption}</figcaption></figure>\n`;
  return html`\n<div class="charts">\n${charts.map(figureOf)}</div>`;
}
