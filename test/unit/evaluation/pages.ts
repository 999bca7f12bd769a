import type { Page } from '../../../lib/corpus/page.ts';
import { createRandom } from '../../../lib/random/random.ts';

/** Records that are easy to tell apart: each class has three words of its own among ten common ones. */
export function makePages(sizes: Record<string, number>, seed = 1): Page[] {
  const random = createRandom(seed, 'pages');
  const common = ['said', 'year', 'market', 'price', 'week', 'bank', 'group', 'share', 'rate', 'net'];
  return Object.entries(sizes).flatMap(([label, size]) => {
    const own = ['one', 'two', 'three'].map((word) => `${label.replaceAll(' ', '')}${word}`);
    return Array.from({ length: size }, (_, index) => ({
      id: `${label} ${index}`,
      text: Array.from({ length: 8 }, (_, place) => random.pick(place < 3 ? own : common)).join(' '),
      label,
    }));
  });
}
