/** A chart as files of its own: SVG for light and dark, and PNG where no SVG is shown. */
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import type { Chart } from './chart.ts';
import { colour, colourDeclarations, withLightColours } from './colours.ts';

/** The chart as an SVG file that follows the reader's light or dark appearance. */
export function svgFile({ svg }: Chart): string {
  const style =
    `<style>svg{${colourDeclarations('light')};color:var(--ink);background:var(--paper)}` +
    `@media (prefers-color-scheme:dark){svg{${colourDeclarations('dark')}}}text{white-space:pre}</style>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${withPadding(svg).replace('>', `>${style}`)}\n`;
}

const PIXELS_PER_UNIT = 2;

/** The chart as a PNG on a white ground, in the font that comes with this program; other scripts in the system's. */
export function pngFile({ svg }: Chart): Buffer {
  const light = withLightColours(withPadding(svg)).replace('<svg ', `<svg color="${LIGHT_INK}" `);
  return new Resvg(light, {
    background: LIGHT_PAPER,
    fitTo: { mode: 'zoom', value: PIXELS_PER_UNIT },
    font: { fontFiles: FONT_FILES, defaultFontFamily: 'Inter', loadSystemFonts: true },
  })
    .render()
    .asPng();
}

const LIGHT_INK = withLightColours(colour('ink'));
const LIGHT_PAPER = withLightColours(colour('paper'));

const require = createRequire(import.meta.url);
const FONT_FILES = [
  '400Regular/Inter_400Regular',
  '600SemiBold/Inter_600SemiBold',
  '700Bold/Inter_700Bold',
].map((file) => require.resolve(`@expo-google-fonts/inter/${file}.ttf`));

const PADDING = 12;

/** A margin around the drawing, which in a page the page gives. */
function withPadding(svg: string): string {
  return svg.replace(
    /viewBox="0 0 ([\d.]+) ([\d.]+)" height="[\d.]+" width="[\d.]+"/,
    (_, width: string, height: string) => {
      const [w, h] = [Number(width) + 2 * PADDING, Number(height) + 2 * PADDING];
      return `viewBox="${-PADDING} ${-PADDING} ${w} ${h}" height="${h}" width="${w}"`;
    },
  );
}
