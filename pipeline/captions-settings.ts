// A cue's settings (W3C WebVTT, 4.4): those that it may have, in order, each once.

export function readSettings(text: string): { text: string; dropped: boolean } {
  const kept = new Map<string, string>();
  let dropped = false;
  for (const setting of text.split(/[ \t]+/).filter(Boolean)) {
    const colon = setting.indexOf(':');
    const [name, value] = [setting.slice(0, colon), setting.slice(colon + 1)];
    if (SETTINGS.get(name)?.test(value) && !kept.has(name)) kept.set(name, value);
    else dropped = true;
  }
  return { text: [...kept].map(([name, value]) => `${name}:${value}`).join(' '), dropped };
}

const PERCENT = '(?:100(?:\\.0{1,6})?|\\d{1,2}(?:\\.\\d{1,6})?)%';

/** Regions are not taken, since their definitions are not. */
const SETTINGS = new Map([
  ['vertical', /^(?:rl|lr)$/],
  ['line', new RegExp(`^(?:-?\\d{1,3}|${PERCENT})(?:,(?:start|center|end))?$`)],
  ['position', new RegExp(`^${PERCENT}(?:,(?:line-left|center|line-right))?$`)],
  ['size', new RegExp(`^${PERCENT}$`)],
  ['align', /^(?:start|center|end|left|right)$/],
]);
