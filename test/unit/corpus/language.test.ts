import assert from 'node:assert/strict';
import { createDetector } from '../../../lib/corpus/language/create-detector.ts';
import { UNKNOWN_LANGUAGE } from '../../../lib/corpus/language/detector.ts';
import { isOtherScript } from '../../../lib/corpus/language/other-script.ts';

const detector = await createDetector('franc');

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

describe('language', () => {
  for (const [language, text] of PAGES)
    it(`${language}: ${text.slice(0, 40) || '(nothing)'}`, () =>
      assert.equal(detector.detect(text), language));

  it('knows a page of another script by its letters, whatever Latin words stand between them', () => {
    assert.equal(isOtherScript('Компания предлагает услуги SEO, Facebook, 2020'), true);
    assert.equal(isOtherScript('東京の会社です WEB'), true);
    assert.equal(isOtherScript('We sell μ-metal and Ω-meters to schools'), false);
    assert.equal(isOtherScript('Größe und Café'), false);
    assert.equal(isOtherScript('2020, (555)'), false);
  });
});
