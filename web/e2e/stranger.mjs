// Somebody with an app of their own, who writes whatever XML they like: over direct TLS, by hand.

import { connect } from 'node:tls';
import { until } from './stage.mjs';

export class Stranger {
  heard = '';

  /** Signs up as any app does, over HTTP, and comes online. */
  static async comes(server, phone) {
    const post = async (path, body) => (await fetch(`${server.url}/v1/registration${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
    const { id } = await post('', { phone });
    const code = await until('a code is sent', () => server.code(phone));
    const { jid, key } = await post(`/${id}/verify`, { code, device: 'netcat' });
    const stranger = new Stranger();
    stranger.address = jid;
    const [local, domain] = jid.split('@');
    stranger.socket = connect({ port: server.ports[2], host: '127.0.0.1', rejectUnauthorized: false, servername: domain, ALPNProtocols: ['xmpp-client'] });
    stranger.socket.setEncoding('utf8').on('data', (data) => (stranger.heard += data)).on('error', () => {});
    const open = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='${domain}'>`;
    await stranger.says(open, '</stream:features>');
    await stranger.says(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from(`\0${local}\0${key}`).toString('base64')}</auth>`, '<success');
    await stranger.says(open, '</stream:features>');
    await stranger.says("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", '</iq>');
    stranger.socket.write('<presence/>');
    return stranger;
  }

  async says(xml, answer) {
    this.heard = '';
    this.socket.write(xml);
    if (answer) await until(() => `the server says ${answer}; it said ${this.heard}`, () => this.heard.includes(answer));
  }

  /** A message with this inside; ends when the server has it. */
  async writes(to, inside, id = `m${Math.random()}`) {
    this.socket.write(`<message type='chat' to='${to}' id='${id}'>${inside}<origin-id xmlns='urn:xmpp:sid:0' id='${id}'/></message>`);
    await this.says(`<iq type='get' id='p${id}'><ping xmlns='urn:xmpp:ping'/></iq>`, `p${id}`);
  }

  goes() {
    this.socket.destroy();
  }
}

export const escaped = (text) => text.replace(/[&<>'"]/g, (each) => `&#${each.charCodeAt(0)};`);
