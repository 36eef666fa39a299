import { expect, test } from 'vitest';
import { swipe } from '../../src/ui/talk/hands';

test.each([
  ['a tap that trembles', 8, 3, 0],
  ['down the list', 5, 80, 0],
  ['more down than along', 60, 50, 0],
  ['against the line', -90, 0, 0],
  ['along the line', 40, 5, 28],
  ['as far as it goes', 500, 5, 76],
])('%s', (_, along, across, far) => expect(swipe(along, across)).toBe(far));
