import { expect } from 'chai';
import fc from 'fast-check';

import {
  type Captions,
  CaptionsError,
  type Cue,
  fitCue,
  parseCaptions,
  writeCaptions,
} from './captions.js';

const parse = (text: string, durationMs?: number): Captions =>
  parseCaptions(Buffer.from(text), durationMs);
const cue = (start: number, end: number, text = 'Hello', settings = ''): Cue => ({
  ...{ start, end, settings, text },
});
const messages = ({ repairs }: Captions) => repairs.map(({ message }) => message);

function refusal(bytes: string | Uint8Array): CaptionsError {
  try {
    parseCaptions(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  } catch (error) {
    if (error instanceof CaptionsError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const GOOD = `WEBVTT - of a bowl

NOTE made by hand
over two lines

STYLE
::cue { background: url(https://a.example/) }

REGION
id:fred

first
00:00:00.500 --> 00:00:02.000 line:0 position:20%,line-left align:start
<v Ada>Walnut, <i>one</i> block.</v>

00:00:02.000 --> 00:00:03.250
Two
lines
`;

describe('reading captions', () => {
  it('takes WebVTT as it is, without comments, styles, regions and names', () => {
    expect(parse(GOOD)).to.deep.equal({
      repairs: [],
      cues: [
        cue(
          500,
          2000,
          '<v Ada>Walnut, <i>one</i> block.</v>',
          'line:0 position:20%,line-left align:start',
        ),
        cue(2000, 3250, 'Two\nlines'),
      ],
    });
  });

  it('takes a byte order mark and every kind of line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { cues, repairs } = parse(`\uFEFF${GOOD.replaceAll('\n', end)}`);
      expect(cues).to.have.length(2);
      expect(repairs).to.deep.equal([]);
    }
  });

  it('takes SubRip: numbers, commas, no first line, markup of its own', () => {
    const subRip = [
      ...['1', '00:00:01,000 --> 00:00:02,500', '<font color="red">Hello</font>', ''],
      ...['2', '00:00:03,000 --> 00:00:04,000', 'there', ''],
    ].join('\r\n');
    const found = parse(subRip);
    expect(found.cues).to.deep.equal([cue(1000, 2500), cue(3000, 4000, 'there')]);
    expect(found.repairs).to.deep.equal([
      { message: 'the first line WEBVTT was missing', count: 1, lines: [1] },
      { message: 'commas in times become points', count: 2, lines: [2, 6] },
      { message: 'tags that WebVTT does not have are taken out', count: 1, lines: [3] },
    ]);
  });

  it('writes times in full', () => {
    const found = parse('WEBVTT\n\n00:01.500 --> 0:00:02.5\nHello\n');
    expect(found.cues).to.deep.equal([cue(1500, 2500)]);
    expect(found.repairs.map(({ lines }) => lines)).to.deep.equal([[3], [3]]);
  });

  it('puts cues in order', () => {
    const found = parse('WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:09.000\na\n');
    expect(found.cues.map(({ text }) => text)).to.deep.equal(['a', 'b']);
    expect(messages(found)).to.include('cues are put in the order of their times');
  });

  it('cuts at the clip’s end, and leaves out what is behind it', () => {
    const text =
      'WEBVTT\n\n00:00:01.000 --> 00:00:09.000\na <00:00:03.000>b<00:00:08.000>c\n\n00:00:05.000 --> 00:00:06.000\nd\n';
    const found = parse(text, 5000);
    expect(found.cues).to.deep.equal([cue(1000, 5000, 'a <00:00:03.000>bc')]);
    expect(found.repairs).to.deep.equal([
      { message: 'cues are cut at the clip’s end', count: 1, lines: [3] },
      { message: 'cues behind the clip’s end are left out', count: 1, lines: [6] },
    ]);
  });

  it('ends a cue at a time that follows without a blank line, and leaves its number out', () => {
    const { cues } = parse('WEBVTT\n00:01.000 --> 00:02.000\na\n2\n00:02.000 --> 00:03.000\nb');
    expect(cues.map(({ text }) => text)).to.deep.equal(['a', 'b']);
  });

  it('takes a line of spaces for the end of a cue only where another follows', () => {
    const { cues } = parse(
      'WEBVTT\n\n00:01.000 --> 00:02.000\na\n  \nb\n  \n00:02.000 --> 00:03.000\nc',
    );
    expect(cues.map(({ text }) => text)).to.deep.equal(['a\nb', 'c']);
  });

  it('takes control characters out', () => {
    const found = parse('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHel\u0000lo\u001b\u0085\n');
    expect(found.cues).to.deep.equal([cue(1000, 2000)]);
    expect(found.repairs[0]).to.include({ message: 'control characters are taken out' });
  });

  it('says that an offset for players is taken out', () => {
    const { repairs } = parse(
      'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n00:00:01.000 --> 00:00:02.000\nHello',
    );
    expect(repairs.map(({ lines }) => lines)).to.deep.equal([[2]]);
  });

  it('leaves out cues without words', () => {
    const empty = ['', '<b> </b>', '<00:00:03.000>'].map(
      (text) => `00:00:01.000 --> 00:00:05.000\n${text}\n\n`,
    );
    const found = parse(`WEBVTT\n\n${empty.join('')}00:00:01.000 --> 00:00:02.000\nHello\n`, 2500);
    expect(found.cues).to.deep.equal([cue(1000, 2000)]);
    expect(found.repairs[0]).to.deep.include({
      message: 'cues without words are left out',
      count: 3,
    });
  });

  it('leaves out settings of no meaning', () => {
    const found = parse(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.000 region:fred size:120% line:-1 line:4 align:middle\nHello',
    );
    expect(found.cues[0]?.settings).to.equal('line:-1');
    expect(messages(found)).to.deep.equal(['settings that WebVTT does not have']);
  });
});

describe('the text of a cue', () => {
  const text = (raw: string) =>
    parse(`WEBVTT\n\n00:00:01.000 --> 00:00:09.000\n${raw}\n`).cues[0]?.text;

  it('keeps WebVTT’s own tags, and closes them', () => {
    expect(text('<c.loud.x>a <b>b')).to.equal('<c.loud.x>a <b>b</b></c>');
    expect(text('<ruby>a<rt>b</ruby>')).to.equal('<ruby>a<rt>b</rt></ruby>');
    expect(text('<lang en-GB>a</lang> </i>b')).to.equal('<lang en-GB>a</lang> b');
    expect(text('a <00:00:02.000>b <00:00:01.500>c')).to.equal('a <00:00:02.000>b c');
  });

  it('leaves nothing that could run', () => {
    expect(text('<script>alert(1)</script>')).to.equal('alert(1)');
    expect(text('<img src=x onerror=alert(1)>Hi')).to.equal('Hi');
    expect(text('<v <img src=x>>Hi')).to.equal('<v &lt;img src=x>&gt;Hi</v>');
    expect(text('&#60;script&#x3e;')).to.equal('&lt;script&gt;');
    expect(text('<c."onclick=1>Hi')).to.equal('<c>Hi</c>');
    expect(text('a &#10;&#10; b')).to.equal('a    b');
  });

  it('takes signs for signs', () => {
    expect(text('I <3 you & me > them; x<y')).to.equal('I &lt;3 you &amp; me &gt; them; x&lt;y');
    expect(text('caf&eacute; &amp; &nbsp;')).to.equal('caf&eacute; &amp; &nbsp;');
  });
});

describe('refusing captions', () => {
  it('names each line that is wrong, up to twenty', () => {
    const { findings } = refusal(
      'WEBVTT\n\nnot --> a time\nHi\n\n00:00:02.000 --> 00:00:01.000\nHi\n',
    );
    expect(findings.map(({ line }) => line)).to.deep.equal([3, 6]);
    const many = refusal(`WEBVTT\n\n${'0 --> 1\nHi\n\n'.repeat(1000)}`);
    expect(many.findings).to.have.length(20);
  });

  const wrong: readonly (readonly [string, string | Uint8Array, number])[] = [
    ['nothing', '', 1],
    ['a film', Buffer.from([0, 0, 0, 24, 102, 116, 121, 112, 0xff]), 1],
    ['Latin-1', Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\ncaf\xe9\n', 'latin1'), 4],
    ['UTF-16', Buffer.from('\ufeffWEBVTT\n', 'utf16le'), 1],
    ['words without a time', 'WEBVTT\n\nHello\n', 3],
    ['sixty seconds', 'WEBVTT\n\n00:60.000 --> 02:00.000\nHi\n', 3],
    ['a cue of no length', 'WEBVTT\n\n00:01.000 --> 00:01.000\nHi\n', 3],
    ['a cue without end', `WEBVTT\n\n00:01.000 --> 00:02.000\n${'a'.repeat(2001)}\n`, 4],
    ['too many cues', `WEBVTT\n\n${'00:01.000 --> 00:02.000\nHi\n\n'.repeat(10_001)}`, 1],
    ['too many bytes', `WEBVTT\n\n${' '.repeat(1024 * 1024)}`, 1],
  ];
  for (const [name, bytes, line] of wrong) {
    it(`refuses ${name}, at line ${line}`, () => {
      expect(refusal(bytes).findings.map((finding) => finding.line)).to.deep.equal([line]);
    });
  }
});

describe('captions of any kind', () => {
  const scraps = fc.constantFrom(
    ...['WEBVTT', 'NOTE', 'STYLE', '-->', '00:00:01.000', '00:02.5', '9:59:59,999', '\n', '\n\n'],
    ...['\r\n', ' ', '\t', '<', '>', '</', '<b>', '</b>', '<v ', '<c.x>', '<ruby>', '<rt>', '&'],
    ...['&lt;', '&#60;', '&#0;', '&#65279;', 'line:1', 'a', '7', '\u0000', '\u2028', '\u{1F600}'],
    '\n\n00:00:01.000 --> 00:00:05.000\n',
    '<00:00:03.000>',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(scraps, { maxLength: 60 }).map((parts) => parts.join('')),
    fc
      .array(scraps, { maxLength: 60 })
      .map((parts) => `WEBVTT\n\n00:00:01.000 --> 00:00:05.000\nx${parts.join('')}`),
  );
  const tryParse = (bytes: Uint8Array, durationMs: number | null = null): Captions | null => {
    try {
      return parseCaptions(bytes, durationMs);
    } catch (error) {
      if (error instanceof CaptionsError && error.findings.length > 0) return null;
      throw error;
    }
  };

  it('are refused with findings, or come out so that they stay as they are', () => {
    let taken = 0;
    fc.assert(
      fc.property(texts, fc.option(fc.integer({ min: 1, max: 10_000 })), (text, durationMs) => {
        const first = tryParse(Buffer.from(text), durationMs);
        if (!first) return;
        taken += 1;
        const again = parse(writeCaptions(first.cues), durationMs ?? undefined);
        expect(again).to.deep.equal({ cues: first.cues, repairs: [] });
      }),
      { numRuns: 2000 },
    );
    expect(taken).to.be.greaterThan(300);
  });

  it('hold no tag but WebVTT’s own, and no arrow', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { text: clean } of tryParse(Buffer.from(text))?.cues ?? []) {
          const rest = clean.replace(
            /<(?:\/?(?:c|i|b|u|ruby|rt|v|lang)(?:\.[\w-]+)*(?: [^<>]+)?|\d{2,}:\d\d:\d\d\.\d{3})>/g,
            '',
          );
          expect(rest).not.to.match(/[<>]/);
          expect(clean).not.to.match(/^$|\n\n|^\n|\n$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of any bytes are refused or taken, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        tryParse(bytes);
      }),
    );
  });

  it('cost time by their length alone', () => {
    const most = 300_000;
    const head = 'WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n';
    const fills = [
      '<',
      '<b',
      '&#',
      '&a',
      ' ',
      '\n',
      ' \n',
      '0:',
      '-->',
      '\n-->',
      '\n7',
      '<v ',
      '.',
    ];
    for (const fill of [...fills, '00:00:01.000 --> ', 'NOTE\n\n', '\r']) {
      for (const start of ['', head]) {
        const bytes = Buffer.from(start + fill.repeat(most / fill.length));
        tryParse(bytes);
      }
    }
  }).timeout(30_000);
});

describe('fitting a cue', () => {
  it('keeps what lies before the end', () => {
    expect(fitCue(cue(0, 1000), 1000)).to.deep.equal(cue(0, 1000));
    expect(fitCue(cue(0, 1000), 999)).to.deep.equal(cue(0, 999));
    expect(fitCue(cue(1000, 2000), 1000)).to.equal(null);
  });
});
