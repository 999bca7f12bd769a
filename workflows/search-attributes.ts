import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes of runs, on servers that have them; `npx counterpoise worker` registers them if allowed. */
export const DATASET = defineSearchAttributeKey('CounterpoiseDataset', 'KEYWORD');
export const STAGE = defineSearchAttributeKey('CounterpoiseStage', 'KEYWORD');
export const NEEDS_ATTENTION = defineSearchAttributeKey('CounterpoiseNeedsAttention', 'BOOL');
export const MACRO_F1 = defineSearchAttributeKey('CounterpoiseMacroF1', 'DOUBLE');

export const SEARCH_ATTRIBUTES = [DATASET, STAGE, NEEDS_ATTENTION, MACRO_F1];
