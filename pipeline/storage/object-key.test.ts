import { expect } from 'chai';

import { InvalidObjectKey, keyPrefix, objectKey } from './object-key.js';

describe('an object key', () => {
  it('is made of plain segments', () => {
    for (const key of [
      'a',
      'media/0192/r1-ab/1080p.mp4',
      'quarantine/0192.info',
      Array.from({ length: 5 }, (_, at) => `${at}`.repeat(at === 4 ? 100 : 99)).join('/'),
    ]) {
      expect(objectKey(key)).to.equal(key);
    }
  });

  for (const [trick, key] of Object.entries({
    'nothing at all': '',
    'a climb': '../secret',
    'a climb in the middle': 'media/../../secret',
    'a climb at the end': 'media/..',
    'a dot': 'media/./a',
    'a hidden file': 'media/.parts',
    'an absolute path': '/media/a',
    'a slash at the end': 'media/',
    'two slashes': 'media//a',
    'a backslash': 'media\\..\\a',
    'a drive': 'C:/media',
    'a NUL': 'media/a\0.mp4',
    'a line': 'media/a\n',
    'a percent escape': 'media/%2e%2e/a',
    'a query': 'media/a?b',
    'a letter that only looks like a dot': 'media/․․/a',
    'a full-width slash': 'media／a',
    'a space': 'media/a b',
    'too long a text': `${'a/'.repeat(250)}a`,
    'too long a name': `a/${'b'.repeat(201)}`,
  })) {
    it(`is not ${trick}`, () => {
      expect(() => objectKey(key)).to.throw(InvalidObjectKey);
    });
  }
});

describe('a prefix of keys', () => {
  it('is whole segments and a slash', () => {
    expect(keyPrefix('media/0192/')).to.equal('media/0192/');
    for (const wrong of ['', '/', 'media', 'media//', '../']) {
      expect(() => keyPrefix(wrong)).to.throw(InvalidObjectKey);
    }
  });
});
