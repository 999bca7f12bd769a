import type { Method } from '../../evaluation/methods.ts';

type Shades = readonly [light: string, dark: string];

const METHOD_COLOURS: Record<Method, Shades> = {
  regular: ['#5f6774', '#a3abb8'],
  fileOrder: ['#7a5c4e', '#cbb0a3'],
  undersample: ['#a8500c', '#f5a742'],
  oversample: ['#0b7268', '#3fd0bd'],
  weighted: ['#1b6ca8', '#7cc0f5'],
  priorAdjusted: ['#7a3fa8', '#cba6f0'],
  wordEdits: ['#3d7a1d', '#9bd474'],
  markov: ['#846500', '#dcc04a'],
  selected: ['#0e6f8c', '#6fd3ee'],
  generated: ['#4338ca', '#a5b4fc'],
  generatedOversample: ['#b3195b', '#f78fbf'],
  generatedSelected: ['#b42318', '#fb9a8f'],
};

/** Colours by name: light, then dark. Text and lines reach a contrast of 4.5, areas 3, with the page's background. */
const COLOURS = {
  paper: ['#ffffff', '#15181d'],
  ink: ['#1d2128', '#e7e9ec'],
  quiet: ['#5a6270', '#a3abb8'],
  line: ['#d5d9e0', '#3a414d'],
  accent: ['#4338ca', '#a5b4fc'],
  ...METHOD_COLOURS,
} as const satisfies Record<string, Shades>;

export type Colour = keyof typeof COLOURS;

/** A colour as a CSS variable that falls back to its light value. */
export const colour = (name: Colour) => `var(--${name}, ${COLOURS[name][0]})`;

/** The CSS declarations that set every colour for one of the two appearances. */
export function colourDeclarations(appearance: 'light' | 'dark'): string {
  const which = appearance === 'light' ? 0 : 1;
  return Object.entries(COLOURS)
    .map(([name, values]) => `--${name}:${values[which]}`)
    .join(';');
}

/** The same SVG without variables: each colour has its light value. */
export const withLightColours = (svg: string) => svg.replace(/var\(--[\w-]+, (#[0-9a-f]+)\)/g, '$1');
