import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createCleaner } from '../../../lib/corpus/clean.ts';
import { createEldDetector, isOtherScript, UNKNOWN_LANGUAGE } from '../../../lib/corpus/language/detector.ts';
import { detectByFranc } from '../../../lib/corpus/language/franc.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';

const PAGES: Array<[language: string, text: string]> = [
  [
    'eng',
    'We provide network support and web design for schools and small companies all over Texas. Call us today for a free quote.',
  ],
  // franc's own first guess for this one is French.
  [
    'eng',
    'Oper shr 41 cts vs 38 cts Oper net 4,251,000 vs 3,996,000 Revs 102.1 mln vs 98.6 mln NOTE: Excludes gain of 1.2 mln dlrs from the sale of a subsidiary and tax credits',
  ],
  [
    'deu',
    'Wir bieten Beratung und Planung für Familien in Hamburg und Umgebung an und freuen uns auf Ihren Besuch in unserem Haus.',
  ],
  [
    'fra',
    'Nous vous proposons des conseils pour toutes les familles dans la région de Lyon et vous accueillons du lundi au vendredi.',
  ],
  [
    'spa',
    'Ofrecemos servicios para las familias de Madrid y estamos siempre a su disposición para que nos cuente lo que necesita.',
  ],
  [
    'ita',
    'La nostra azienda offre consulenza per le famiglie di Milano e siamo sempre a vostra disposizione per ogni domanda.',
  ],
  [
    'nld',
    'Wij verzorgen verbouwingen voor gezinnen in Utrecht en omgeving en denken graag met u mee over uw wensen en plannen.',
  ],
  [UNKNOWN_LANGUAGE, 'Coming soon'],
  [UNKNOWN_LANGUAGE, 'Willkommen bei uns'],
  [UNKNOWN_LANGUAGE, ''],
];

const weak = JSON.parse(
  readFileSync(new URL('../../../bench/language-weak.json', import.meta.url), 'utf8'),
) as { texts: Record<string, string[]> };

const declarations = JSON.parse(
  readFileSync(new URL('../../../bench/language-udhr.json', import.meta.url), 'utf8'),
) as { texts: Record<string, string> };

describe('language', () => {
  for (const [language, text] of PAGES)
    it(`${language}: ${text.slice(0, 40) || '(nothing)'}`, () => assert.equal(detectByFranc(text), language));

  it('tells English lists, figures and names from those in other languages', async () => {
    const clean = await createCleaner(parseSettings({ source: 'x' }).cleaning);
    for (const [language, pages] of Object.entries(weak.texts))
      for (const text of pages) assert.equal(detectByFranc(clean(text)) === 'eng', language === 'eng', text);
  });

  it('keeps all English of 200 characters and more, and at most a hundredth of 47 other languages', async () => {
    const clean = await createCleaner(parseSettings({ source: 'x' }).cleaning);
    const wrong = { eng: 0, others: 0 };
    let others = 0;
    for (const [language, text] of Object.entries(declarations.texts))
      for (let at = 0; at + 450 < text.length; at += 450) {
        const isEnglish = detectByFranc(clean(text.slice(at, at + 450))) === 'eng';
        if (language !== 'eng') others++;
        if (isEnglish !== (language === 'eng')) wrong[language === 'eng' ? 'eng' : 'others']++;
      }
    assert.ok(wrong.eng === 0 && wrong.others <= others / 100, JSON.stringify(wrong));
  });

  it('is told by eld too, behind the same interface', async () => {
    const eld = await createEldDetector();
    for (const [language, text] of PAGES)
      if (language === 'eng' || language === UNKNOWN_LANGUAGE) assert.equal(eld(text), language);
      else assert.ok(!['eng', UNKNOWN_LANGUAGE].includes(eld(text)), text);
  });

  it('knows a page of another script by its letters, whatever Latin words stand between them', () => {
    assert.equal(isOtherScript('Компания предлагает услуги SEO, Facebook, 2020'), true);
    assert.equal(isOtherScript('東京の会社です WEB'), true);
    assert.equal(isOtherScript('We sell μ-metal and Ω-meters to schools'), false);
    assert.equal(isOtherScript('Größe und Café'), false);
    assert.equal(isOtherScript('2020, (555)'), false);
  });
});
