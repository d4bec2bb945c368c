// What may be a password: long enough, not among the first that anybody tries; no other rule (ASVS 6.2).

import { z } from 'zod';

const LEAST = 8;
const MOST = 128;

const FIRST_TRIED = new Set(
  `password passw0rd password1 12345678 123456789 1234567890 0123456789 87654321 11111111 00000000 88888888
   12341234 12121212 qwertyui qwertyuiop qwerty123 1q2w3e4r 1qaz2wsx q1w2e3r4 asdfghjkl zxcvbnm1 abcd1234 abc12345
   iloveyou sunshine princess football baseball superman trustno1 whatever starwars computer internet michelle
   jennifer letmein1 welcome1 admin123 changeme`.split(/\s+/),
);

export const NewPassword = z
  .string()
  .refine((text) => [...text].length >= LEAST, {
    message: `must have at least ${LEAST} characters`,
  })
  .refine((text) => [...text].length <= MOST, { message: `must have at most ${MOST} characters` })
  .refine((text) => !FIRST_TRIED.has(text.toLowerCase()) && !/^(.)\1*$/su.test(text), {
    message: 'is among the first that anybody would try',
  })
  .meta({ minLength: LEAST, maxLength: MOST, format: 'password' });
