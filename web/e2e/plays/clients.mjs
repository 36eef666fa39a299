import assert from 'node:assert/strict';
import { Server, until } from '../stage.mjs';
import { hasProfanity, Terminal } from '../terminal.mjs';

/** Signs up as any app does, over HTTP. */
async function signUp(server, phone) {
  const post = async (path, body) => (await fetch(`${server.url}/v1/registration${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { id } = await post('', { phone });
  const code = await until('a code is sent', () => server.code(phone));
  return post(`/${id}/verify`, { code, device: 'profanity' });
}

export const plays = {
  async profanity_is_on_the_other_side_of_a_chat_and_in_a_group(browser, after) {
    if (!hasProfanity()) return console.log('        skipped: profanity and tmux are not installed');
    const server = await Server.start();
    after(() => server.stop());
    const ada = await browser.device(server, 'ada');
    after(() => ada.context.close());
    await ada.open();
    await ada.signUp('+491701234531', 'Ada');
    const juliet = await signUp(server, '+491701234532');

    const terminal = new Terminal();
    after(() => terminal.close());
    terminal.runs('profanity');
    await terminal.shows('Profanity');
    terminal.types(`/connect ${juliet.jid} server 127.0.0.1 port ${server.ports[1]} tls trust`);
    await terminal.shows('password');
    terminal.types(juliet.key);
    await terminal.shows('logged in successfully');

    await ada.send(juliet.jid, 'Is it you?');
    terminal.types(`/msg ${ada.address}`);
    await terminal.shows('Is it you?');
    terminal.types(`/msg ${ada.address} It is I`);
    await ada.has(juliet.jid, ['Is it you?', 'It is I']);

    const group = await ada.run((kith, members) => kith.groups.create('Balcony', members), [juliet.jid]);
    terminal.types(`/join ${group}`);
    await ada.send(group, 'Who is there?');
    await terminal.shows('Who is there?');
    terminal.types('Me again');
    const said = () => ada.texts(group).then((all) => all.map((each) => each.text).filter((each) => each !== 'event'));
    await until('ada reads both', async () => JSON.stringify(await said()) === JSON.stringify(['Who is there?', 'Me again']));
    assert.deepEqual(ada.errors, []);
  },
};
