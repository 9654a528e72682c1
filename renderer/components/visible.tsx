// Text with its hidden characters shown as tokens. Everything is a text node.
import { Fragment } from 'react';
import { visibleText } from '../text/visible-tokens.ts';

export function Visible({ text }: { readonly text: string }) {
  const { parts } = visibleText(text);
  return parts.map((part, index) =>
    part.kind === 'hidden' ? (
      <span className="token" key={index}>
        {part.text}
      </span>
    ) : (
      <Fragment key={index}>{part.text}</Fragment>
    ),
  );
}
