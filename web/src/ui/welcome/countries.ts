/** Countries and their calling codes (ITU E.164), by ISO 3166 letters. Names come from the browser, in every language. */
const TABLE =
  'AC247 AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AR54 AS1684 AT43 AU61 AW297 AX358 AZ994 BA387 BB1246 BD880 BE32 BF226 BG359 ' +
  'BH973 BI257 BJ229 BL590 BM1441 BN673 BO591 BQ599 BR55 BS1242 BT975 BW267 BY375 BZ501 CA1 CC61 CD243 CF236 CG242 CH41 CI225 CK682 CL56 ' +
  'CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1767 DO1809 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 ' +
  'FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1473 GE995 GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1671 ' +
  'GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1876 JO962 JP81 KE254 KG996 ' +
  'KH855 KI686 KM269 KN1869 KP850 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 ' +
  'MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1670 MQ596 MR222 MS1664 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 ' +
  'NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1787 PS970 PT351 ' +
  'PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 ' +
  'SS211 ST239 SV503 SX1721 SY963 SZ268 TA290 TC1649 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 ' +
  'UA380 UG256 US1 UY598 UZ998 VA39 VC1784 VE58 VG1284 VI1340 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263';

export interface Country {
  readonly code: string;
  readonly prefix: string;
}

export const countries: readonly Country[] = TABLE.split(' ').map((entry) => ({ code: entry.slice(0, 2), prefix: entry.slice(2) }));

/** The flag, as the two letters that emoji fonts draw as one. */
export function flag(code: string): string {
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
}

/** The country that this browser's languages name, if they do. */
export function likely(tags: readonly string[] = navigator.languages): Country {
  for (const tag of tags) {
    const region = new Intl.Locale(tag).maximize().region;
    const found = countries.find((country) => country.code === region);
    if (found) return found;
  }
  return countries.find((country) => country.code === 'US') as Country;
}

/** The country of a number typed with its `+`; of those that share a code, the one that was chosen or the largest. */
export function countryOf(number: string, chosen: Country): Country | null {
  const digits = number.replace(/\D/g, '');
  if (digits.startsWith(chosen.prefix)) return chosen;
  const largest = ['US', 'RU', 'GB', 'IT', 'NO', 'AU', 'FI', 'MA'];
  const fitting = countries.filter((country) => digits.startsWith(country.prefix));
  fitting.sort((a, b) => b.prefix.length - a.prefix.length || Number(largest.includes(b.code)) - Number(largest.includes(a.code)));
  return fitting[0] ?? null;
}

/** `+491701234567` of what was typed: with or without the country's code, the trunk's 0, spaces, brackets, other digits. */
export function international(typed: string, chosen: Country): string {
  const ascii = typed.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
  const digits = ascii.replace(/\D/g, '');
  if (/^\s*\+/.test(ascii)) return `+${digits}`;
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  const keepsZero = chosen.code === 'IT' || chosen.code === 'VA' || chosen.code === 'SM';
  return `+${chosen.prefix}${keepsZero ? digits : digits.replace(/^0/, '')}`;
}
