// Addresses (RFC 7622): `local@domain/resource`. The server normalises; here they are only taken apart and compared.

export function bare(jid: string): string {
  const slash = jid.indexOf('/');
  return slash < 0 ? jid : jid.slice(0, slash);
}

export function resource(jid: string): string {
  const slash = jid.indexOf('/');
  return slash < 0 ? '' : jid.slice(slash + 1);
}

export function local(jid: string): string {
  const address = bare(jid);
  const at = address.indexOf('@');
  return at < 0 ? '' : address.slice(0, at);
}

export function domain(jid: string): string {
  const address = bare(jid);
  return address.slice(address.indexOf('@') + 1);
}

/** Whether `text` looks like a bare address of an account or group. */
export function isAddress(text: string): boolean {
  return text.length < 1024 && /^[^\s@/"&'<>:]+@[^\s@/"&'<>:]+$/u.test(text);
}
