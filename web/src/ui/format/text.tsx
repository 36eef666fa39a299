import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Mention } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { go } from '../place';
import { type Block, type Span, styled } from './styling';

const FIRST_CHARS = 3000;
const FIRST_LINES = 60;

/** What somebody wrote, as elements. Nothing in it is ever read as HTML; very long texts are shown in part first. */
export function Text({ text, mentions }: { text: string; mentions?: readonly Mention[] | undefined }) {
  const [whole, setWhole] = useState(false);
  const end = whole ? text.length : firstPart(text);
  return (
    <>
      {styled(text.slice(0, end), mentions).map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
      {end < text.length && (
        <button type="button" class="button plain rest" onClick={() => setWhole(true)}>
          {t('message.more')}
        </button>
      )}
    </>
  );
}

function firstPart(text: string): number {
  let at = -1;
  for (let lines = 0; lines < FIRST_LINES; lines++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) break;
  }
  const end = Math.min(at < 0 ? text.length : at, FIRST_CHARS);
  return text.length - end < 200 ? text.length : end;
}

function BlockOf({ block }: { block: Block }) {
  if (block.kind === 'code') {
    return (
      <pre dir="ltr" tabIndex={0}>
        <code>{block.text}</code>
      </pre>
    );
  }
  if (block.kind === 'quote') {
    return (
      <blockquote>
        {block.blocks.map((inner, index) => (
          <BlockOf key={index} block={inner} />
        ))}
      </blockquote>
    );
  }
  return (
    <span class="lines" dir="auto">
      {spans(block.spans)}
    </span>
  );
}

function spans(list: Span[]): ComponentChildren {
  return list.map((span, index) => <SpanOf key={index} span={span} />);
}

/** Each reads the name under which they know the person; who is a stranger is called what the author called them. */
function mentioned(address: string, text: string): string {
  const { name, phone } = kith.people.person(address).value;
  return name === phone || name === address.split('@')[0] ? text : `@${name}`;
}

function SpanOf({ span }: { span: Span }) {
  switch (span.kind) {
    case 'text':
      return <>{span.text}</>;
    case 'bold':
      return <strong>{spans(span.spans)}</strong>;
    case 'italic':
      return <em>{spans(span.spans)}</em>;
    case 'strike':
      return <s>{spans(span.spans)}</s>;
    case 'mono':
      return <code>{span.text}</code>;
    case 'mention':
      return (
        <button type="button" class="mention" onClick={() => go({ side: { kind: 'person', address: span.address } })}>
          <bdi>{mentioned(span.address, span.text)}</bdi>
        </button>
      );
    case 'link':
      return (
        <a href={span.url} target="_blank" rel="noopener noreferrer nofollow" title={span.url}>
          {span.text}
        </a>
      );
  }
}
