// What a log line must not tell: by the name of a field, and by the look of a text.

const HIDDEN = '[hidden]';
const MAX_DEPTH = 6;

/** Names, in any case and with or without `_` and `-`, whose value is hidden whatever it is. */
const SECRET_NAME =
  /^(e?mail(address)?|phone(number)?|(set)?cookies?|authorization|.*(password|passwd|secret|token|privatekey|apikey|signature|credentials?)(hash)?|cloudfront.*|policy|otp|code_?verifier)$/i;

/** Keeps a field of these names: they sound secret and are not. */
const HARMLESS_NAME = /^(keypairid|cloudfronturl|tokentype)$/i;

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

/** A copy in which every field with a secret's name is hidden, however deep it lies. */
export const redactFields = (fields: object): Record<string, unknown> =>
  redactObject(fields, 0) as Record<string, unknown>;

/** The text without e-mail addresses, tokens, signatures and passwords in addresses. */
export const redactText = (text: string): string =>
  SECRET_TEXTS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);

function redactObject(value: object, depth: number): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) && member != null && typeof member !== 'boolean'
        ? HIDDEN
        : redactValue(member, depth + 1),
    ]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map((member) => redactValue(member, depth + 1));
  if (!isPlain(value)) return value;
  return depth > MAX_DEPTH ? '[too deep]' : redactObject(value, depth);
}

function isSecret(name: string): boolean {
  const bare = name.replace(/[_-]/g, '');
  return SECRET_NAME.test(bare) && !HARMLESS_NAME.test(bare);
}

/** Errors, dates and streams keep their own way of being written. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
