import assert from 'node:assert/strict';
import { buildProfiles, type ClassProfile, ProfileBuilder } from '../../../lib/balancing/profiles.ts';

const page = (label: string, text: string) => ({ label, text });
const PAGES = [
  page(
    'bakery',
    'We bake fresh bread every single morning. Our bread is the best in town! Order 2000 loaves now.',
  ),
  page('bakery', 'The bread oven is hot at five. We bake fresh bread every single morning.'),
  page('bakery', 'Visit the bakery today. Our oven bakes bread for the whole quarter.'),
  page('printing', 'We print business cards on fine paper. The press is always running at night.'),
  page('printing', 'Our printing press takes paper of any size. We print posters, cards and books today.'),
  page('other', 'The whole town knows the morning. Order today, it is the best of the quarter.'),
];

describe('buildProfiles', () => {
  const [bakery, printing] = buildProfiles(PAGES, { labels: ['bakery', 'printing'], seed: 1 });

  it('puts the words that set a class apart first', () => {
    assert.equal(bakery!.keywords[0], 'bread');
    assert.ok(bakery!.keywords.includes('oven'));
    assert.deepEqual(printing!.keywords.slice(0, 3).sort(), ['cards', 'paper', 'press'].sort());
  });

  it('takes no stop words, numbers, words of one page alone or words that others use as much', () => {
    for (const word of ['the', 'we', 'our', '2000', 'posters', 'today', 'morning'])
      for (const { keywords } of [bakery!, printing!]) assert.ok(!keywords.includes(word), word);
  });

  it('takes no word that a single page repeats', () => {
    const refrain = page('bakery', 'sourdough '.repeat(50));
    const [profile] = buildProfiles([...PAGES, refrain], { labels: ['bakery'], seed: 1 });
    assert.ok(profile!.keywords.includes('bread') && !profile!.keywords.includes('sourdough'));
  });

  it('takes each sentence of 5 to 40 words once, in the order of the pages', () => {
    const long = `${'word '.repeat(41)}.`;
    const [profile] = buildProfiles(
      [...PAGES, page('bakery', long), page('bakery', 'Too short. OUR bread is, the best in town.')],
      {
        labels: ['bakery'],
        seed: 1,
      },
    );
    assert.deepEqual(profile!.sentences, [
      'We bake fresh bread every single morning.',
      'Our bread is the best in town!',
      'The bread oven is hot at five.',
      'Our oven bakes bread for the whole quarter.',
    ]);
  });

  it('takes no boilerplate: notices, menus, figures, and what many pages of the class repeat', () => {
    const refrain = 'We are the bakery that you can trust.';
    const pages = [
      'All rights reserved by the bakery of the town. We bake the bread that the town likes.',
      'Home About Services Gallery Bread Rolls Cakes Contact. Click here to read more about the bread.',
      'Order at 555 0142 or at 1420 Main 78701 in 12. The oven of the bakery is hot at five.',
      ...Array.from(
        { length: 4 },
        (_, at) => `${refrain} There is fresh bread in basket number ${at} today.`,
      ),
    ];
    const [profile] = buildProfiles(
      pages.map((text) => page('bakery', text)),
      { labels: ['bakery'], seed: 1 },
    );
    assert.deepEqual(profile!.sentences.slice(0, 2), [
      'We bake the bread that the town likes.',
      'The oven of the bakery is hot at five.',
    ]);
    assert.equal(profile!.sentences.length, 6);
  });

  it('gives a profile to the classes asked for, in that order, even without a page', () => {
    const profiles = buildProfiles(PAGES, { labels: ['printing', 'nobody', 'bakery'], seed: 1 });
    assert.deepEqual(
      profiles.map(({ label }) => label),
      ['printing', 'nobody', 'bakery'],
    );
    assert.deepEqual(profiles[1], { label: 'nobody', keywords: [], sentences: [] });
  });

  it('caps keywords and sentences, the sentences by a sample that the seed decides', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      page('many', `Sentence number ${index} is one of very many here.`),
    );
    const options = { labels: ['many', 'bakery'], maxKeywords: 1, maxSentences: 20 };
    const [first, bread] = buildProfiles([...many, ...PAGES], { ...options, seed: 1 });
    const [again] = buildProfiles([...many, ...PAGES], { ...options, seed: 1 });
    const [other] = buildProfiles([...many, ...PAGES], { ...options, seed: 2 });
    assert.deepEqual(bread!.keywords, ['bread']);
    assert.equal(first!.sentences.length, 20);
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
  });

  it('samples early and late sentences alike, and keeps their order', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      page('many', `Sentence number ${index} is one of very many here.`),
    );
    const means = Array.from({ length: 30 }, (_, seed) => {
      const [{ sentences }] = buildProfiles(many, { labels: ['many'], maxSentences: 20, seed }) as [
        ClassProfile,
      ];
      const numbers = sentences.map((sentence) => Number(/\d+/.exec(sentence)![0]));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    });
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    assert.ok(Math.abs(mean - 149.5) < 11, `mean position ${mean}`);
  });

  it('knows nothing of pages it was not given', () => {
    const builder = new ProfileBuilder({ labels: ['bakery'], seed: 1 });
    for (const one of PAGES.slice(0, 2)) builder.add(one);
    const known = PAGES.slice(0, 2)
      .map(({ text }) => text)
      .join(' ');
    const [{ keywords, sentences }] = builder.profiles() as [ClassProfile];
    for (const word of keywords) assert.ok(known.includes(word));
    for (const sentence of sentences) assert.ok(known.includes(sentence));
  });
});
