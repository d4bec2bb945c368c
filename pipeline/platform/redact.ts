// What a log line must not tell: by the name of a field, and by the look of a text.

const HIDDEN = '[hidden]';
const MAX_DEPTH = 12;

/** Names, in any case and with or without `_` and `-`, whose value is hidden whatever it is. */
const SECRET_NAME =
  /^(e?mail(address)?|phone(number)?|(set)?cookies?|authorization|.*(password|passwd|secret|token|privatekey|apikey|signature|credentials?)(hash)?|cloudfront(policy|signature)|policy|otp|code_?verifier)$/i;

/** Spares the parsing of nearly every line. */
const MAY_HOLD_SECRET =
  /"[^"\\]*(mail|phone|cookie|auth|pass|secret|token|key|sign|credential|cloudfront|policy|otp|verifier)[^"\\]*":/i;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*/g, HIDDEN],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(CloudFront-(?:Policy|Signature)=)[^;,&"\s\\]+/gi, `$1${HIDDEN}`],
  [
    /([?&](?:Policy|Signature|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|token)=)[^&"\s\\]+/gi,
    `$1${HIDDEN}`,
  ],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"\\]*:)[^\s@/"\\]+@/gi, `$1${HIDDEN}@`],
  [/[\w.+-]+@(?=[\w-]+\.)[\w.-]+\w/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs, HIDDEN],
];

/** One JSON line: every field with a secret's name is hidden, however deep, and every text that looks like one. */
export function redactLine(line: string): string {
  const text = redactText(line);
  if (!MAY_HOLD_SECRET.test(text)) return text;
  try {
    return `${JSON.stringify(redactFields(JSON.parse(text)))}\n`;
  } catch {
    return text;
  }
}

/** A copy of plain data with every field of a secret's name hidden. */
export const redactFields = (value: unknown): unknown => redactValue(value, 0);

/** The text without e-mail addresses, tokens, signatures and passwords in addresses. */
export const redactText = (text: string): string =>
  SECRET_TEXTS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((member) => redactValue(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name, member) ? HIDDEN : redactValue(member, depth + 1),
    ]),
  );
}

/** Whether a token is there at all may be told. */
function isSecret(name: string, member: unknown): boolean {
  if (member === null || member === undefined || typeof member === 'boolean') return false;
  return SECRET_NAME.test(name.replace(/[_-]/g, ''));
}
