/**
 * What a thread runs in place of `training-thread.ts` where this project runs from its sources: tsx registers itself
 * in the main thread of a process only.
 */
import { register } from 'tsx/esm/api';

register();
await import('./training-thread.ts');
