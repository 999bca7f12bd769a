import assert from 'node:assert/strict';
import type { ClassProfile } from '../../../lib/balancing/profiles.ts';
import { buildPrompt } from '../../../lib/balancing/strategies/prompt.ts';
import { createRandom } from '../../../lib/random/random.ts';

const PROFILE: ClassProfile = {
  label: 'wine_and/spirits',
  keywords: ['barrel', 'vintage', 'cellar'],
  sentences: ['Our wines rest in oak for two years.', 'Come and taste them in the cellar.'],
};
const PREFIX = 'summarize: wine and spirits. ';
const inputs = (profile: ClassProfile, keywordProbability: number, count = 2000) => {
  const random = createRandom(1, 'prompts');
  return Array.from({ length: count }, () => {
    const prompt = buildPrompt(profile, random, keywordProbability);
    assert.ok(prompt.startsWith(PREFIX));
    return prompt.slice(PREFIX.length);
  });
};

describe('buildPrompt', () => {
  it('holds two different keywords or one sentence, each in its share', () => {
    const all = inputs(PROFILE, 0.3);
    const ofKeywords = all.filter((input) => !PROFILE.sentences.includes(input));
    assert.ok(Math.abs(ofKeywords.length / all.length - 0.3) < 0.04);
    const pairs = new Set(ofKeywords);
    assert.equal(pairs.size, 6, 'every ordered pair of three keywords occurs');
    for (const pair of pairs) assert.equal(new Set(pair.split(' ')).size, 2);
  });

  it('keeps to one kind at probabilities 0 and 1', () => {
    assert.ok(inputs(PROFILE, 0, 100).every((input) => PROFILE.sentences.includes(input)));
    assert.ok(inputs(PROFILE, 1, 100).every((input) => !PROFILE.sentences.includes(input)));
  });

  it('makes do with what a class has', () => {
    assert.ok(
      inputs({ ...PROFILE, keywords: ['barrel'] }, 1, 20).every((input) => PROFILE.sentences.includes(input)),
    );
    assert.ok(inputs({ ...PROFILE, sentences: [] }, 0, 20).every((input) => input.split(' ').length === 2));
    const empty = { label: 'mute', keywords: ['one'], sentences: [] };
    assert.throws(() => buildPrompt(empty, createRandom(1), 0.5), {
      name: 'InvalidInput',
      message: /class mute/,
    });
  });
});
