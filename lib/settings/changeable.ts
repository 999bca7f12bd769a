/** What a retry may set each setting to. Made by make-changeable.ts, which says how. */
import type { Schema } from './value-words.ts';

export const CHANGEABLE: Record<'fineTune' | 'generate' | 'filter', Record<string, Schema>> = {
  fineTune: {
    objective: { type: 'string', enum: ['fillInTheBlank', 'spanCorruption', 'strategies'] },
    epochs: { type: 'integer', minimum: 1, maximum: 1000 },
    batchSize: { type: 'integer', minimum: 1, maximum: 4096 },
    learningRate: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
    weightDecay: { type: 'number', minimum: 0, maximum: 100 },
    warmupSteps: { type: 'integer', minimum: 0, maximum: 1000000000 },
    maxGradNorm: { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1000000000 }, { type: 'null' }] },
    precision: { type: 'string', enum: ['float32', 'bfloat16'] },
    maxInputTokens: { type: 'integer', minimum: 2, maximum: 4096 },
    maxTargetTokens: { type: 'integer', minimum: 2, maximum: 4096 },
    dropout: { anyOf: [{ type: 'number', minimum: 0, exclusiveMaximum: 1 }, { type: 'null' }] },
    shuffle: { type: 'boolean' },
    checkpointSeconds: { type: 'number', minimum: 0, maximum: 86400 },
    seed: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
  },
  generate: {
    target: {
      anyOf: [
        { type: 'string', enum: ['largest', 'median'] },
        { type: 'number', exclusiveMinimum: 0, maximum: 1 },
        { type: 'integer', minimum: 2, maximum: 10000000 },
        {
          type: 'object',
          properties: {
            times: {
              type: 'number',
              exclusiveMinimum: 0,
              maximum: 1000,
              description:
                'Records to generate as a multiple of the real ones, up to the size of the largest class.',
            },
          },
          required: ['times'],
          additionalProperties: false,
        },
      ],
    },
    strategies: {
      type: 'object',
      properties: {
        prompt: {
          default: 1,
          description: 'The published prompts: the class and two of its keywords, or one of its sentences.',
          type: 'number',
          minimum: 0,
          maximum: 1,
        },
        sketch: {
          default: 0,
          description:
            'A record from a sketch: telling words and fragments of real records of the class, in order, with gaps between.',
          type: 'number',
          minimum: 0,
          maximum: 1,
        },
        infill: {
          default: 0,
          description:
            'A real record with half of its words blanked, of which the model writes the blanks alone.',
          type: 'number',
          minimum: 0,
          maximum: 1,
        },
      },
      additionalProperties: false,
    },
    batchSize: { type: 'integer', minimum: 1, maximum: 4096 },
    numBeams: { type: 'integer', minimum: 1, maximum: 64 },
    noRepeatNgramSize: { type: 'integer', minimum: 0, maximum: 4096 },
    minLength: { type: 'integer', minimum: 0, maximum: 4096 },
    maxLength: { type: 'integer', minimum: 2, maximum: 4096 },
    lengthPenalty: { type: 'number', minimum: -100, maximum: 100 },
    earlyStopping: { anyOf: [{ type: 'boolean' }, { type: 'string', const: 'never' }] },
    doSample: { type: 'boolean' },
    temperature: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
    topK: { type: 'integer', minimum: 0, maximum: 1000000 },
    topP: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    precision: { type: 'string', enum: ['float32', 'bfloat16'] },
    maxPromptTokens: { type: 'integer', minimum: 2, maximum: 4096 },
    keywordProbability: { type: 'number', minimum: 0, maximum: 1 },
    shardSize: { type: 'integer', minimum: 1, maximum: 100000 },
    maxRounds: { type: 'integer', minimum: 1, maximum: 10 },
    spare: { type: 'number', minimum: 0, maximum: 10 },
    maxPrompts: { type: 'number', minimum: 1, maximum: 10 },
    seed: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
  },
  filter: {
    minWords: { type: 'integer', minimum: 0, maximum: 100000 },
    minDistinctWords: { type: 'number', minimum: 0, maximum: 1 },
    dropDuplicates: { type: 'boolean' },
    copyNgram: { type: 'integer', minimum: 0, maximum: 1000 },
    nearDuplicates: { anyOf: [{ type: 'number', minimum: 0.5, maximum: 1 }, { type: 'null' }] },
    newWords: { type: 'number', minimum: 0, maximum: 1 },
    label: { type: 'number', minimum: 0, maximum: 1 },
    fluency: { type: 'number', minimum: 0, maximum: 1 },
  },
};
