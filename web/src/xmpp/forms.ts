// XEP-0004, as far as it is filled in here.

import { NS } from './ns';
import { el, type Element } from './xml';

export const formField = (name: string, ...values: string[]): Element => el('field', NS.data, { var: name }, values.map((value) => el('value', NS.data, {}, value)));

export const form = (type: string, ...fields: Element[]): Element => el('x', NS.data, { type: 'submit' },
  el('field', NS.data, { var: 'FORM_TYPE', type: 'hidden' }, el('value', NS.data, {}, type)), fields);
