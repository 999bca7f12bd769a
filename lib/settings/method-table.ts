/**
 * The balancing methods as people see them, in the order of every table. What each does with records stands in
 * lib/evaluation/balancing-methods.ts. Pure: workflows read it too.
 */
export type Shades = readonly [light: string, dark: string];

interface MethodLook {
  name: string;
  /** In charts; both shades reach a contrast of 4.5 with the page's background. */
  colour: Shades;
  /** What the verdict tells to do to get it; empty where there is nothing to do. */
  advice: readonly string[];
  /** Whether it waits for generated records. */
  usesGenerated?: true;
}

const TABLE = {
  regular: { name: 'Regular', colour: ['#5f6774', '#a3abb8'], advice: [] },
  fileOrder: { name: 'Regular, file order', colour: ['#7a5c4e', '#cbb0a3'], advice: [] },
  undersample: { name: 'Undersample', colour: ['#a8500c', '#f5a742'], advice: ['undersample'] },
  oversample: { name: 'Oversample', colour: ['#0b7268', '#3fd0bd'], advice: ['oversample'] },
  weighted: { name: 'Weighted', colour: ['#1b6ca8', '#7cc0f5'], advice: ['weight the classes'] },
  priorAdjusted: {
    name: 'Prior-adjusted',
    colour: ['#7a3fa8', '#cba6f0'],
    advice: ['adjust the decisions by the class priors'],
  },
  wordEdits: {
    name: 'Word edits',
    colour: ['#3d7a1d', '#9bd474'],
    advice: ['fill up the rare classes with word edits of their records'],
  },
  markov: {
    name: 'Markov',
    colour: ['#846500', '#dcc04a'],
    advice: ['fill up the rare classes with records from word n-grams'],
  },
  selected: {
    name: 'Selected',
    colour: ['#0e6f8c', '#6fd3ee'],
    advice: ['balance by what does best on validation records'],
  },
  generated: {
    name: 'Generated',
    colour: ['#4338ca', '#a5b4fc'],
    advice: ['add the generated records'],
    usesGenerated: true,
  },
  generatedOversample: {
    name: 'Generated + Oversample',
    colour: ['#b3195b', '#f78fbf'],
    advice: ['add the generated records', 'oversample'],
    usesGenerated: true,
  },
  generatedSelected: {
    name: 'Generated + Selected',
    colour: ['#b42318', '#fb9a8f'],
    advice: ['add the generated records', 'balance by what does best on validation records'],
    usesGenerated: true,
  },
} as const satisfies Record<string, MethodLook>;

/** As a function so that the compiler writes the names out in declarations. */
const namesIn = <N extends string>(table: Record<N, unknown>): readonly N[] => Object.keys(table) as N[];

/** The methods that can be compared, in the order in which tables show them. */
export const METHODS = namesIn(TABLE);
export type Method = (typeof METHODS)[number];

export const METHOD_TABLE: Readonly<Record<Method, MethodLook>> = TABLE;

/** Whether a method needs generated records. */
export const usesGenerated = (method: Method): boolean => METHOD_TABLE[method].usesGenerated === true;
