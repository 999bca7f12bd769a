import { METHOD_TABLE, METHODS, type Method, type Shades } from '../../settings/method-table.ts';

const METHOD_COLOURS = Object.fromEntries(
  METHODS.map((method) => [method, METHOD_TABLE[method].colour]),
) as Record<Method, Shades>;

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
