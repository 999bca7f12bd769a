import { colourDeclarations } from './charts/colours.ts';

/** The style sheet of the page: light and dark, from a phone's width to paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${colourDeclarations('light')}}
@media (prefers-color-scheme:dark){:root{${colourDeclarations('dark')}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.1rem;font-weight:600;margin:0;color:var(--quiet)}
h2{font-size:1.4rem;line-height:1.25;margin:3rem 0 .75rem}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
p,ul,ol,dl{max-width:46rem}
a{color:var(--accent)}
.verdict{font-size:1.45rem;line-height:1.35;font-weight:600;margin:.5rem 0 1rem;padding-left:1rem;border-left:.3rem solid var(--accent);max-width:52rem}
.grounds,.otherwise{margin:-.25rem 0 1rem;padding-left:1.3rem;max-width:52rem}
.cautions{color:var(--quiet);padding-left:1.2rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1.5rem 0 0;max-width:none}
.note{color:var(--quiet);font-size:.9rem}
.wide{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.35rem .7rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top;unicode-bidi:isolate;white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
thead th{white-space:normal;font-weight:600;vertical-align:bottom;border-bottom:2px solid var(--line)}
tbody th{white-space:normal;font-weight:500;min-width:9rem;max-width:22rem;overflow-wrap:break-word}
th.words,td.words{text-align:left}
th.long{min-width:9rem}
td.words{white-space:normal}
td.reason{min-width:20rem}
.charts{columns:26rem;column-gap:2.5rem}
figure{margin:0;padding-bottom:2.25rem;break-inside:avoid}
figure svg{display:block;width:100%;max-width:36rem;height:auto;color:var(--ink)}
figure svg text{white-space:pre}
figcaption{color:var(--quiet);font-size:.9rem;margin-top:.5rem;max-width:36rem}
.beside{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 2.5rem}
.samples{list-style:none;padding:0;margin:0}
.samples li{padding:.6rem 0;border-bottom:1px solid var(--line);font-size:.9rem;unicode-bidi:isolate;break-inside:avoid}
.prompt,.dropped{display:block;color:var(--quiet);font-size:.85rem}
.dropped{color:var(--undersample);font-weight:600}
h4{font-size:.95rem;margin:1rem 0 0}
details{margin:.75rem 0}
summary{cursor:pointer;font-weight:600;padding:.25rem 0}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.3rem 1.25rem}
dd{margin:0;min-width:0}
@media (max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
dt{color:var(--quiet)}
code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media print{
:root{color-scheme:light;${colourDeclarations('light')}}
body{max-width:none;padding:0;font-size:10pt}
nav{display:none}
h2,h3,h4{break-after:avoid}
tr,li{break-inside:avoid}
.wide{overflow:visible}
table{font-size:8pt}
th,td{padding:.2rem .35rem;white-space:normal}
th.long,td.reason{min-width:0}
tbody th{min-width:6rem}
.charts{columns:2}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
