import assert from 'node:assert/strict';
import { classSlug } from '../../../lib/stages/class-slug.ts';

describe('the name of a class in files and workflow ids', () => {
  it('is its own where that is plain, and tells those apart that are not', () => {
    assert.equal(classSlug('printing'), 'printing');
    assert.notEqual(classSlug('Printing'), classSlug('printing!'));
  });

  it('fits a file name however long the class is called, and tells long names apart', () => {
    const [one, other] = ['a', 'b'].map((last) => classSlug('x'.repeat(5000) + last));
    assert.ok(one!.length <= 220);
    assert.notEqual(one, other);
  });
});
