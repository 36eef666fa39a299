import { expect, test } from 'vitest';
import { Scram, ScramError, base64, unbase64 } from '../src/xmpp/scram';

const text = (message: string) => base64(new TextEncoder().encode(message));
const first = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

test('RFC 7677 §3, the example', async () => {
  const scram = new Scram('user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
  expect(scram.initial()).toBe(text('n,,n=user,r=rOprNGfwEbeRWgbNEkqO'));
  const response = await scram.respond(text(first));
  expect(new TextDecoder().decode(unbase64(response))).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
  expect(scram.verify(text('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='))).toBe(true);
  expect(scram.verify(text('v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='))).toBe(false);
});

test('a server that cannot be trusted is refused', async () => {
  const scram = () => new Scram('user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
  await expect(scram().respond(text(first.replace('rOpr', 'xOpr')))).rejects.toThrow(ScramError);
  await expect(scram().respond(text(first.replace('i=4096', 'i=1')))).rejects.toThrow(ScramError);
  await expect(scram().respond(text(first.replace('i=4096', 'i=99999999')))).rejects.toThrow(ScramError);
  await expect(scram().respond(text('m=x,' + first))).rejects.toThrow(ScramError);
});
