import { shortName } from '../words.ts';

const LONGEST = 60;

/** A class's name as the page shows it: a label column may hold whole paragraphs. */
export const className = (name: string) => shortName(name, LONGEST);
